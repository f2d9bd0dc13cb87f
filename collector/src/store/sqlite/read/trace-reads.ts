/**
 * Reading and searching spans: the open block's part, from the ingest thread where there is one, then sealed blocks up to the state it
 * named, then what pinned copies have beyond them.
 */
import { scopeOf, type WorkScope } from "../../../base/work-scope.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import { SpanIdentities } from "../../../model/span-identity.ts";
import type { DependencySummary, SearchProgress, SpanFilter, TimeRange, TraceMatch } from "../../store.ts";
import { spanBatchOf, type Detail } from "../block/batch-of-records.ts";
import { matchSpans, spanMatcher } from "../block/match-spans.ts";
import type { PartFacts, SealedSpanBlock, SpanPart } from "../block/sealed-span-block.ts";
import type { Catalogue } from "../catalogue.ts";
import { DEPENDENCY_SPANS, summarizeDependencies } from "../dependencies.ts";
import { newestTraces, spansOfPart, type AskHead, type CatalogueState } from "../head.ts";
import { NewestFirst } from "../newest-first.ts";
import type { PinReader } from "../pins/pin-reader.ts";
import { microsOf } from "./micros-of.ts";
import { PartCache } from "./part-cache.ts";

const PROGRESS_MILLIS = 50;

export interface TraceReadsOptions {
  readonly ask: AskHead;
  readonly catalogue: Catalogue;
  readonly pins: PinReader;
  /** How often a search tells how far it is. */
  readonly progressMillis?: number;
}

export class TraceReads {
  readonly #ask: AskHead;
  readonly #catalogue: Catalogue;
  readonly #pins: PinReader;
  readonly #progressMillis: number;
  readonly #parts = new PartCache();

  constructor(options: TraceReadsOptions) {
    this.#ask = options.ask;
    this.#catalogue = options.catalogue;
    this.#pins = options.pins;
    this.#progressMillis = options.progressMillis ?? PROGRESS_MILLIS;
  }

  close(): void {
    this.#parts.close();
  }

  async readTraces(traceIds: readonly Uint8Array[], detail: Detail, signal?: AbortSignal): Promise<SpanBatch[]> {
    if (traceIds.length === 0) return [];
    const scope = scopeOf(signal);
    const head = await this.#ask({ kind: "spans", traceIds, detail });
    const batches: SpanBatch[] = [];
    const seen = new SpanIdentities();
    const { spans: open } = head;
    if (open && open.count > 0) {
      const { bytes, count, traceId, spanId, kind, startLow, startHigh } = open;
      for (let i = 0; i < count; i++) seen.add(bytes, traceId[i], bytes, spanId[i], kind[i], startLow[i], startHigh[i]);
      batches.push(open);
      scope.addRows(count);
    }
    batches.push(...(await this.#sealed(head, traceIds, detail, seen, signal)));
    for (const batch of this.#pinned(traceIds, head.lastBlockId, seen, scope)) {
      scope.addRows(batch.count);
      batches.push(batch);
    }
    seen.close();
    return batches;
  }

  /** What is sealed of a trace, pinned copies included. */
  async readSealed(head: CatalogueState, traceId: Uint8Array, signal?: AbortSignal): Promise<SpanBatch[]> {
    const seen = new SpanIdentities();
    const sealed = await this.#sealed(head, [traceId], "full", seen, signal);
    const batches = [...sealed, ...this.#pinned([traceId], head.lastBlockId, seen, scopeOf(signal))];
    seen.close();
    return batches;
  }

  /** Damage in a part costs no more than the part. */
  #visitPart(block: SealedSpanBlock, id: number, n: number, visit: (part: SpanPart) => void): void {
    this.#catalogue.guard(block.partCount === 1 ? `block ${id}` : `chunk ${n} of block ${id}`, () => {
      // What is no chunk is the block itself, which the catalogue's cache keeps.
      if (block.hasChunks) this.#parts.visit(id, n, () => block.openPart(n), visit);
      else visit(block);
    });
  }

  /** What pinned copies have beyond the blocks; damage there costs no more than the copies. */
  #pinned(traceIds: readonly Uint8Array[], lastBlockId: number, seen: SpanIdentities, scope: WorkScope) {
    let batches: SpanBatch[] = [];
    this.#catalogue.guard("pinned spans", () => void (batches = this.#pins.spans(traceIds, lastBlockId, seen)), scope);
    return batches;
  }

  async #sealed(
    head: CatalogueState,
    traceIds: readonly Uint8Array[],
    detail: Detail,
    seen: SpanIdentities,
    signal?: AbortSignal,
  ): Promise<SpanBatch[]> {
    const scope = scopeOf(signal);
    const batches: SpanBatch[] = [];
    const blocks = this.#catalogue.findTraceBlocks(head, "traces", traceIds, scope);
    await this.#catalogue.each(blocks, signal, ({ partition, id, traceIds: own }) => {
      this.#catalogue.guard(`block ${id}`, () => {
        const block = this.#catalogue.cache.spans(partition, id);
        for (const [n, traces] of block.findTraces(own)) {
          this.#visitPart(block, id, n, (part) => {
            const records = spansOfPart(part, traces, seen);
            scope.addRows(records.length);
            if (records.length > 0) batches.push(spanBatchOf(part, records, detail));
          });
        }
      });
    });
    return batches;
  }

  async findTraces(
    filter: SpanFilter,
    limit: number,
    signal?: AbortSignal,
    onProgress: (progress: SearchProgress<TraceMatch>) => void = () => {},
  ): Promise<TraceMatch[]> {
    const head = await this.#ask({ kind: "findTraces", filter, limit });
    const newest = new NewestFirst<TraceMatch>(
      limit,
      (match) => Buffer.from(match.traceId).toString("hex"),
      (match) => match.startUnixNano,
    );
    newest.add(head.traces ?? []);
    const blocks = this.#catalogue.findBlocks(
      head,
      {
        signal: "traces",
        ...microsOf(filter.range),
        service: filter.service,
        operation: filter.operation,
        kind: filter.kind,
        errorsOnly: filter.errorsOnly,
        minDurationMicros: filter.minDurationNanos === undefined ? undefined : Number(filter.minDurationNanos / 1000n),
      },
      signal,
    );
    let done = 0;
    let told = performance.now();
    await this.#catalogue.each(blocks, signal, (block) => {
      // Blocks come newest first: when the worst hit is newer than all of a block, no later one can help.
      if (newest.isDone(block.row.max_time_micros)) return false;
      if (performance.now() - told >= this.#progressMillis) {
        onProgress({ settled: newest.takeSettled(block.row.max_time_micros), share: done / blocks.length });
        told = performance.now();
      }
      done++;
      this.#catalogue.guard(`block ${block.row.id}`, () => {
        if (!this.#catalogue.mayMeet(block, filter.attributes ?? [])) return;
        const columns = this.#catalogue.cache.spans(block.partition, block.row.id);
        const matcher = spanMatcher(columns, filter);
        if (!matcher) return;
        for (let n = 0; n < columns.partCount; n++) {
          if (matcher.parts?.[n] === 0 || !mayMeet(columns.partFacts(n), filter)) continue;
          this.#visitPart(columns, block.row.id, n, (part) =>
            newest.add(newestTraces(part, matcher.match(part), limit)),
          );
        }
      });
    });
    onProgress({ settled: newest.takeSettled(), share: 1 });
    return newest.result();
  }

  async summarizeDependencies(range: TimeRange, signal?: AbortSignal): Promise<DependencySummary[]> {
    const filter = { range };
    const head = await this.#ask({ kind: "findSpans", filter, limit: DEPENDENCY_SPANS });
    const batches = [head.spans as SpanBatch];
    let left = DEPENDENCY_SPANS - batches[0].count;
    await this.#catalogue.each(
      this.#catalogue.findBlocks(head, { signal: "traces", ...microsOf(range) }, signal),
      signal,
      ({ partition, row }) => {
        if (left <= 0) {
          scopeOf(signal).miss(`only the newest ${DEPENDENCY_SPANS} spans of the range were looked at`);
          return false;
        }
        this.#catalogue.guard(`block ${row.id}`, () => {
          const columns = this.#catalogue.cache.spans(partition, row.id);
          const records = matchSpans(columns, filter).slice(0, left);
          left -= records.length;
          batches.push(spanBatchOf(columns, records, "skeleton"));
        });
      },
    );
    return summarizeDependencies(batches);
  }
}

/** Whether a part of a block may have a span that meets the filter. */
function mayMeet(facts: PartFacts | undefined, { errorsOnly, minDurationNanos }: SpanFilter): boolean {
  if (!facts) return true;
  if (errorsOnly && facts.errorCount === 0) return false;
  return minDurationNanos === undefined || BigInt(facts.maxDurationMicros) * 1000n >= minDurationNanos;
}
