/**
 * A block of log records as searches look at it: where the texts of bodies lie, names by group. Made for one look at a block: what is
 * computed is kept for as long.
 */
import { formatHex } from "../../../base/hex.ts";
import { BYTES, ProtoReader } from "../../../base/protobuf.ts";
import { decodeText } from "../../../base/protobuf.ts";
import { NONE } from "../../../model/record-batch.ts";
import { anyValueText, valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import { isZero } from "../../../wire/otlp/tags.ts";
import { effectiveSeverities } from "../block/effective-severity.ts";
import type { LogColumns } from "../block/record-columns.ts";
import { Haystack } from "./byte-search.ts";

/** LogRecord.event_name. */
const EVENT_NAME = 12;
const OPEN_BRACE = 0x7b;
const STRING_TAG = 0x0a;
const MAP_TAG = 0x32;

/** Of a record: UTF-8 text bytes[start, end). */
export interface TextRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

interface BodyTexts {
  /** Of plain string bodies: where the text lies in `bodies`; elsewhere both are the body's end. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Records whose body is no plain string. */
  readonly others: readonly number[];
}

export class LogView {
  readonly columns: LogColumns;
  #texts: BodyTexts | undefined;
  #haystack: Haystack | undefined;
  #order: ArrayLike<number> | undefined;
  #severities: Uint8Array | undefined;

  constructor(columns: LogColumns) {
    this.columns = columns;
  }

  /** What levels go by: the number, else what the text says. */
  get severities(): Uint8Array {
    return (this.#severities ??= effectiveSeverities(this.columns));
  }

  get bodyTexts(): BodyTexts {
    return (this.#texts ??= locateTexts(this.columns));
  }

  /** All bodies, one after the other. */
  get haystack(): Haystack {
    const { bodies } = this.columns;
    return (this.#haystack ??= new Haystack(bodies.subarray(0, this.#bodiesLength())));
  }

  /** Records in the order in which their bodies lie. */
  get bodyOrder(): ArrayLike<number> {
    return (this.#order ??=
      this.columns.bodyOrder ?? Uint32Array.from({ length: this.columns.count }, (_, record) => record));
  }

  /** Undefined where there is no body. */
  bodyText(record: number): string | undefined {
    const { hasBody, bodies, bodyStarts, bodyEnds } = this.columns;
    return hasBody[record] === 0 ? undefined : anyValueText(bodies, bodyStarts[record], bodyEnds[record]);
  }

  /** Of a record that has a body. */
  bodyRange(record: number): TextRange {
    const { bodies, bodyStarts, bodyEnds } = this.columns;
    return valueTextRange(bodies, bodyStarts[record], bodyEnds[record]);
  }

  /** Whether the body may have members. @param inTexts in the text of a JSON object, too */
  mayHaveMembers(record: number, inTexts: boolean): boolean {
    const { hasBody, bodies, bodyStarts, bodyEnds } = this.columns;
    const [start, end] = [bodyStarts[record], bodyEnds[record]];
    if (hasBody[record] === 0 || start === end) return false;
    const { starts, ends } = this.bodyTexts;
    if (starts[record] < ends[record]) return inTexts && bodies[starts[record]] === OPEN_BRACE;
    return bodies[start] === MAP_TAG || (inTexts && bodies[start] === STRING_TAG);
  }

  traceId(record: number): string | undefined {
    const { trace, traceIds } = this.columns;
    return trace[record] === NONE ? undefined : formatHex(traceIds, trace[record] * 16, 16);
  }

  spanId(record: number): string | undefined {
    const { spanIds } = this.columns;
    return isZero(spanIds, record * 8, 8) ? undefined : formatHex(spanIds, record * 8, 8);
  }

  eventName(record: number): string | undefined {
    const { rest, restStarts } = this.columns;
    let name: string | undefined;
    const reader = new ProtoReader(rest, restStarts[record], restStarts[record + 1]);
    while (reader.next()) if (reader.field === EVENT_NAME && reader.wire === BYTES) name = reader.string();
    return name === "" ? undefined : name;
  }

  severityText(code: number): string | undefined {
    const text = this.columns.severityTexts[code];
    return text.length === 0 ? undefined : decodeText(text, 0, text.length);
  }

  #bodiesLength(): number {
    const { count, bodyEnds, bodies, bodyOrder } = this.columns;
    if (count === 0) return 0;
    return bodyOrder ? bodies.length : bodyEnds[count - 1];
  }
}

function locateTexts({ count, hasBody, bodies, bodyStarts, bodyEnds }: LogColumns): BodyTexts {
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const others: number[] = [];
  for (let i = 0; i < count; i++) {
    const end = bodyEnds[i];
    let at = bodyStarts[i];
    ends[i] = starts[i] = end;
    if (hasBody[i] === 0 || at === end) continue;
    if (bodies[at] !== STRING_TAG) {
      others.push(i);
      continue;
    }
    let length = 0;
    let shift = 1;
    do {
      at++;
      length += (bodies[at] & 0x7f) * shift;
      shift *= 128;
    } while (bodies[at] >= 0x80 && at < end);
    if (at + 1 + length === end) starts[i] = at + 1;
    else others.push(i);
  }
  return { starts, ends, others };
}
