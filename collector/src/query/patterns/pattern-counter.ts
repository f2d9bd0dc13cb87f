/**
 * Counts the patterns of log records, piece after piece: how often, when, how severe, whose, and a newest example. Beyond a number of
 * lines only some are looked at and stand for the rest. Bounded by `most` shapes, whatever comes.
 */
import { compareNanos } from "../../base/nanos.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import type { LogField } from "../../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece } from "../../model/log-piece.ts";
import { selectRecords } from "../../model/edit-select.ts";
import { encodeLogs, groupRecords } from "../../wire/otlp/encode-batch.ts";
import { scanLogs } from "../../wire/otlp/scan-logs.ts";
import { groupShapes } from "./group-shapes.ts";
import { patternQuery } from "./pattern-query.ts";
import { NO_SHAPE, ShapeTable } from "./shape-table.ts";
import { GLUED, WILDCARD } from "../../model/line-mask.ts";
import type { Shape } from "./shape.ts";

const MOST_SHAPES = 16_384;
/** Of all trends together: 32 MB. */
const MOST_TREND_CELLS = 4_194_304;
const MOST_SERVICES = 20;
/** Lines looked at one by one; then every second one up to twice as many, and so on. Takes half a second. */
const LINES_AT_FULL = 1_000_000;
const MOST_STRIDE = 64;

export interface PatternOptions {
  /** Equal buckets of time for the trend; unix milliseconds. */
  readonly startMillis: number;
  readonly stepMillis: number;
  readonly count: number;
  readonly linesAtFull?: number;
}

export interface Pattern {
  /** Words that are the same in all lines, `<*>` where they differ. */
  readonly pattern: string;
  readonly count: number;
  /** Of its most severe line. */
  readonly severityNumber: number;
  /** At most 20, sorted. */
  readonly services: readonly string[];
  readonly trend: readonly number[];
  /** Finds all its lines, and lines beside them that hold the same words; in the query language, and for stores. */
  readonly query: string;
  readonly condition: LogCondition;
  /** One record: the newest that was looked at. */
  readonly example: LogBatch;
}

export interface PatternReport {
  /** Most frequent first. */
  readonly patterns: readonly Pattern[];
  readonly total: number;
  /** Records in patterns beyond the limit, and without a body. */
  readonly other: number;
  /** Share of the records that were looked at; below 1 the counts of patterns are scaled up. */
  readonly sampled: number;
}

interface Counts {
  count: number;
  severityNumber: number;
  readonly services: Set<string>;
  readonly trend: Float64Array;
  newestLow: number;
  newestHigh: number;
  /** The record lies in a batch of all examples of a piece. */
  example: { readonly batch: LogBatch; readonly index: number } | undefined;
}

const BODY: LogField = { kind: "body" };
const SERVICE: LogField = { kind: "service" };

export class PatternCounter {
  readonly #options: PatternOptions;
  readonly #table: ShapeTable;
  readonly #counts: Counts[] = [];
  readonly #full: number;
  #total = 0;
  #looked = 0;
  #masked = 0;
  #seen = 0;

  constructor(options: PatternOptions) {
    this.#options = options;
    this.#full = options.linesAtFull ?? LINES_AT_FULL;
    this.#table = new ShapeTable(Math.min(MOST_SHAPES, Math.floor(MOST_TREND_CELLS / Math.max(1, options.count))));
  }

  /** Records so far. */
  get total(): number {
    return this.#total;
  }

  add(piece: LogPiece): void {
    const { codes, texts } = piece.column(BODY);
    const services = piece.column(SERVICE);
    const shapes = new Int32Array(texts.length).fill(-2);
    const changed = new Map<number, number>();
    const stride = this.#stride();
    for (let hit = 0; hit < piece.count; hit++) {
      if (!isChosen(this.#seen++, stride)) continue;
      this.#looked++;
      const code = codes[hit];
      if (code === ABSENT_TEXT) continue;
      let shape = shapes[code];
      if (shape === -2) {
        shape = shapes[code] = this.#table.shapeOf(texts[code]);
        this.#masked++;
      }
      if (shape === NO_SHAPE) continue;
      const counts = (this.#counts[shape] ??= this.#newCounts());
      const [low, high] = [piece.timeLow[hit], piece.timeHigh[hit]];
      const isFirst = counts.count === 0;
      counts.count += stride;
      counts.trend[this.#bucketOf(low, high)] += stride;
      if (piece.severityNumber[hit] > counts.severityNumber) counts.severityNumber = piece.severityNumber[hit];
      if (counts.services.size < MOST_SERVICES && services.codes[hit] !== ABSENT_TEXT)
        counts.services.add(services.texts[services.codes[hit]]);
      if (isFirst || compareNanos(low, high, counts.newestLow, counts.newestHigh) > 0) {
        counts.newestLow = low;
        counts.newestHigh = high;
        changed.set(shape, hit);
      }
    }
    this.#total += piece.count;
    this.#keepExamples(piece, changed);
  }

  /** May be asked for at any time, also before the last piece. */
  report(limit: number): PatternReport {
    const isFull = this.#looked === this.#total;
    const templates = groupShapes(this.#table.shapes);
    const alike = Map.groupBy(templates, ({ shape }) => withoutRepeats(shape).join(" "));
    const all = [...alike].flatMap(([pattern, same]) => {
      const counts = same.flatMap(({ members }) => members.flatMap((shape) => this.#counts[shape] ?? []));
      return counts.length === 0 ? [] : [{ pattern, counts: joinCounts(counts, this.#options.count) }];
    });
    all.sort((a, b) => b.counts.count - a.counts.count || (a.pattern < b.pattern ? -1 : 1));
    const patterns = all.slice(0, limit).map(({ pattern, counts }) => patternOf(pattern, counts, isFull));
    const shown = patterns.reduce((sum, { count }) => sum + count, 0);
    return {
      patterns,
      total: this.#total,
      other: Math.max(0, this.#total - shown),
      sampled: this.#total === 0 ? 1 : this.#looked / this.#total,
    };
  }

  #stride(): number {
    let stride = 1;
    for (let lines = this.#full; this.#masked >= lines && stride < MOST_STRIDE; lines += this.#full) stride *= 2;
    return stride;
  }

  #bucketOf(low: number, high: number): number {
    const { startMillis, stepMillis, count } = this.#options;
    const millis = (high * 4294967296 + low) / 1e6;
    return Math.min(count - 1, Math.max(0, Math.floor((millis - startMillis) / stepMillis)));
  }

  #newCounts(): Counts {
    return {
      count: 0,
      severityNumber: 0,
      services: new Set(),
      trend: new Float64Array(this.#options.count),
      newestLow: 0,
      newestHigh: 0,
      example: undefined,
    };
  }

  /** Copies: a piece is gone after its visit. */
  #keepExamples(piece: LogPiece, changed: ReadonlyMap<number, number>): void {
    if (changed.size === 0) return;
    const batch = piece.batch([...changed.values()]);
    const shapes = [...changed.keys()];
    const order = groupRecords([batch]).flatMap(({ scopes }) => scopes.flatMap(({ records }) => records));
    const { batch: copy } = scanLogs(encodeLogs([batch]));
    order.forEach(({ index }, i) => {
      this.#counts[shapes[index]].example = { batch: copy, index: i };
    });
  }
}

/** One in `stride` (a power of two), without a period that lines could have as well. */
function isChosen(index: number, stride: number): boolean {
  return ((Math.imul(index, 0x9e3779b1) >>> 20) & (stride - 1)) === 0;
}

function joinCounts(all: readonly Counts[], buckets: number): Counts {
  if (all.length === 1) return all[0];
  const newest = all.reduce((a, b) => (compareNanos(b.newestLow, b.newestHigh, a.newestLow, a.newestHigh) > 0 ? b : a));
  const trend = new Float64Array(buckets);
  for (const counts of all) counts.trend.forEach((value, i) => (trend[i] += value));
  return {
    ...newest,
    count: all.reduce((sum, { count }) => sum + count, 0),
    severityNumber: Math.max(...all.map(({ severityNumber }) => severityNumber)),
    services: new Set(all.flatMap(({ services }) => [...services])),
    trend,
  };
}

function patternOf(pattern: string, { services: names, trend, ...counts }: Counts, isFull: boolean): Pattern {
  const example = counts.example as NonNullable<Counts["example"]>;
  const services = [...names].sort().slice(0, MOST_SERVICES);
  const query = patternQuery(pattern.split(" "), isFull && services.length === 1 ? services[0] : undefined);
  return {
    pattern: pattern.replaceAll(String.fromCharCode(GLUED), ""),
    count: counts.count,
    severityNumber: counts.severityNumber,
    services,
    trend: [...trend],
    example: selectRecords(example.batch, [example.index]),
    query: query.text,
    condition: query.condition,
  };
}

/** Several variable parts in a row are one: lists of any length. */
function withoutRepeats(tokens: Shape): string[] {
  return tokens.filter((token, i) => token !== WILDCARD || tokens[i - 1] !== WILDCARD);
}
