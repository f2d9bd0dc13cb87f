/** A sealed block of log records as columns, decoded section by section; see sealed-span-block.ts. */
import { release } from "../../../base/release.ts";
import { NONE } from "../../../model/record-batch.ts";
import {
  decodeAttributeIds,
  decodeAttributeIdsOf,
  recordsWithEntries,
  refsOf,
  type AttributeRefs,
} from "./attribute-codec.ts";
import { decodePlainBodies, openBodies, rebuildBodies, type Bodies } from "./body-codec.ts";
import type { StoredBodies } from "./stored-bodies.ts";
import { ColumnReader } from "./column-codec.ts";
import type { StoredDictionary } from "./dictionary-codec.ts";
import { decodeNames, readTable, type Names } from "./names-codec.ts";
import type { LogColumns } from "./record-columns.ts";
import {
  consume,
  lazy,
  lazyDictionary,
  lazyRest,
  type FetchSection,
  type Lazy,
  type Runs,
} from "./sealed-span-block.ts";
import { SPAN_SAME, TRACE_NEXT, TRACE_NONE } from "./seal-logs.ts";
import { readTimes } from "./time-codec.ts";

export class SealedLogBlock implements LogColumns {
  readonly #fetch: FetchSection;
  readonly #hot: () => HotColumns;
  /** Times are dear, and a count by level or service needs none. */
  readonly #effective: () => Times;
  readonly #more: () => MoreColumns;
  readonly #links: () => Links;
  readonly #times: () => Record<"timeLow" | "timeHigh" | "observedLow" | "observedHigh", Uint32Array>;
  readonly #ids: () => { spanIds: Uint8Array; traceIds: Uint8Array };
  readonly #names: () => Names;
  readonly #attributes: Lazy<AttributeRefs>;
  readonly #dictionary: Lazy<StoredDictionary>;
  readonly #rest: Lazy<Runs>;
  readonly #stored: Lazy<StoredBodies | undefined>;
  readonly #body: Lazy<Bodies>;

  constructor(fetch: FetchSection) {
    this.#fetch = fetch;
    this.#hot = lazy(() => decodeHot(fetch("hot")));
    this.#effective = lazy(() => {
      const { raw, timesAt } = this.#hot();
      return readTimes(new ColumnReader(raw.subarray(timesAt)), this.count);
    });
    this.#more = lazy(() => {
      const { raw, moreAt } = this.#hot();
      const reader = new ColumnReader(raw.subarray(moreAt));
      return {
        untimed: reader.column(this.count),
        severityText: reader.column(this.count),
        severityTexts: readTable(reader),
      };
    });
    this.#links = lazy(() => {
      const raw = fetch("links", true);
      return decodeLinks(raw ?? fetch("structure"), this.count, raw === undefined);
    });
    this.#names = lazy(() => consume(fetch("names"), decodeNames));
    this.#attributes = lazy(() => consume(fetch("attributeIds"), (raw) => decodeAttributeIds(raw, this.group)));
    this.#dictionary = lazyDictionary(fetch);
    this.#rest = lazyRest(fetch, () => this.count);
    this.#stored = lazy(
      () => {
        const raw = fetch("shapedBody", true);
        return raw && openBodies(raw, this.count);
      },
      (stored) => stored && release(stored.others.bytes),
    );
    this.#body = lazy(
      () => {
        const stored = this.#stored();
        return stored ? rebuildBodies(stored) : decodePlainBodies(fetch("body"), this.count);
      },
      ({ bytes }) => release(bytes),
    );
    this.#times = lazy(() => this.#computeTimes());
    this.#ids = lazy(() => {
      const raw = fetch("ids");
      const { traceCount, spans } = this.#links();
      const spanIds = new Uint8Array(this.count * 8);
      for (let i = 0, at = traceCount * 16; i < this.count; i++) {
        if (spans[i] === 0) continue;
        if (spans[i] !== SPAN_SAME) at += 8;
        for (let k = 0; k < 8; k++) spanIds[i * 8 + k] = raw[at - 8 + k];
      }
      return { spanIds, traceIds: raw.subarray(0, traceCount * 16) };
    });
  }

  /** Lets go of what much memory holds; see SealedSpanBlock. */
  forgetDetails(): void {
    for (const detail of [this.#attributes, this.#dictionary, this.#rest, this.#body, this.#stored]) detail.forget();
  }

  get count(): number {
    return this.#hot().group.length;
  }
  get group(): Uint32Array {
    return this.#hot().group;
  }
  get severityNumber(): Uint8Array {
    return this.#hot().severityNumber;
  }
  get effectiveLow(): Uint32Array {
    return this.#effective().low;
  }
  get effectiveHigh(): Uint32Array {
    return this.#effective().high;
  }
  get severityText(): Uint32Array {
    return this.#more().severityText;
  }
  get severityTexts(): readonly Uint8Array[] {
    return this.#more().severityTexts;
  }
  get timeLow(): Uint32Array {
    return this.#times().timeLow;
  }
  get timeHigh(): Uint32Array {
    return this.#times().timeHigh;
  }
  get observedLow(): Uint32Array {
    return this.#times().observedLow;
  }
  get observedHigh(): Uint32Array {
    return this.#times().observedHigh;
  }
  get groups(): Names["groups"] {
    return this.#names().groups;
  }
  get groupServices(): readonly string[] {
    return this.#names().groupServices;
  }
  get trace(): Uint32Array {
    return this.#links().trace;
  }
  get traceCount(): number {
    return this.#links().traceCount;
  }
  get traceIds(): Uint8Array {
    return this.#ids().traceIds;
  }
  get spanIds(): Uint8Array {
    return this.#ids().spanIds;
  }
  get attributes(): AttributeRefs {
    return this.#attributes();
  }
  recordsWith(entries: Uint8Array): number[] {
    return consume(this.#fetch("attributeIds"), (raw) => recordsWithEntries(raw, this.group, entries));
  }
  attributesOf(records: ArrayLike<number>): AttributeRefs {
    // Half of the block and more: decoding all of it costs no more.
    if (records.length * 2 >= this.count) return refsOf(this.attributes, records);
    return consume(this.#fetch("attributeIds"), (raw) => decodeAttributeIdsOf(raw, this.group, records));
  }
  get dictionary(): StoredDictionary {
    return this.#dictionary();
  }
  get restStarts(): Uint32Array {
    return this.#rest().starts;
  }
  get rest(): Uint8Array {
    return this.#rest().bytes;
  }
  get bodyStarts(): Uint32Array {
    return this.#body().starts;
  }
  get bodyEnds(): Uint32Array {
    return this.#body().ends;
  }
  get bodies(): Uint8Array {
    return this.#body().bytes;
  }
  get hasBody(): Uint8Array {
    return (this.#stored() ?? this.#body()).hasBody;
  }
  get storedBodies(): StoredBodies | undefined {
    return this.#stored();
  }
  get bodyOrder(): Uint32Array | undefined {
    return this.#body().order;
  }

  #computeTimes() {
    const effective = this.#effective();
    const { untimed } = this.#more();
    const { lagLow, lagHigh } = this.#links();
    const { count } = this;
    const times = {
      timeLow: effective.low.slice(),
      timeHigh: effective.high.slice(),
      observedLow: new Uint32Array(count),
      observedHigh: new Uint32Array(count),
    };
    for (let i = 0; i < count; i++) {
      const low = effective.low[i] + lagLow[i];
      times.observedLow[i] = low;
      times.observedHigh[i] = effective.high[i] + lagHigh[i] + (low > 0xffffffff ? 1 : 0);
      if (untimed[i] === 1) times.timeLow[i] = times.timeHigh[i] = 0;
    }
    return times;
  }
}

interface HotColumns {
  readonly group: Uint32Array;
  readonly severityNumber: Uint8Array;
  /** The section, and where in it the times begin and what comes after them. */
  readonly raw: Uint8Array;
  readonly timesAt: number;
  readonly moreAt: number;
}

interface Times {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

interface MoreColumns {
  readonly untimed: Uint32Array;
  readonly severityText: Uint32Array;
  readonly severityTexts: readonly Uint8Array[];
}

function decodeHot(raw: Uint8Array): HotColumns {
  const reader = new ColumnReader(raw);
  const count = reader.u32();
  const group = reader.column(count);
  const severityNumber = reader.byteColumn(count);
  const timesAt = reader.position;
  reader.planes(count);
  reader.planes(count);
  return { group, severityNumber, raw, timesAt, moreAt: reader.position };
}

interface Links {
  trace: Uint32Array;
  traceCount: number;
  spans: Uint32Array;
  lagLow: Uint32Array;
  lagHigh: Uint32Array;
}

/** @param isStructure the section "structure" of older blocks: traces numbered by arrival, 0 = none */
function decodeLinks(raw: Uint8Array, count: number, isStructure: boolean): Links {
  const reader = new ColumnReader(raw);
  const traceCount = reader.u32();
  const trace = reader.column(count);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const code = trace[i];
    if (code === TRACE_NONE) trace[i] = NONE;
    else if (isStructure) trace[i] = code - 1;
    else trace[i] = code === TRACE_NEXT ? next++ : next + TRACE_NEXT - code;
  }
  return {
    traceCount,
    trace,
    spans: reader.column(count),
    lagLow: reader.column(count),
    lagHigh: reader.column(count),
  };
}
