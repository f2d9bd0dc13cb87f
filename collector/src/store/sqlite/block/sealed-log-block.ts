/** A sealed block of log records as columns, decoded section by section; see sealed-span-block.ts. */
import { NONE } from "../../../model/record-batch.ts";
import { decodeAttributeIds, decodeAttributeIdsOf, refsOf, type AttributeRefs } from "./attribute-codec.ts";
import { ColumnReader } from "./column-codec.ts";
import { StoredDictionary } from "./dictionary-codec.ts";
import { decodeNames, readTable, type Names } from "./names-codec.ts";
import type { LogColumns } from "./record-columns.ts";
import { lazy, readRuns, type FetchSection } from "./sealed-span-block.ts";
import { readTimes } from "./time-codec.ts";

export class SealedLogBlock implements LogColumns {
  readonly #fetch: FetchSection;
  readonly #hot: () => HotColumns;
  readonly #structure: () => {
    trace: Uint32Array;
    traceCount: number;
    hasSpan: Uint32Array;
    lagLow: Uint32Array;
    lagHigh: Uint32Array;
  };
  readonly #times: () => Record<"timeLow" | "timeHigh" | "observedLow" | "observedHigh", Uint32Array>;
  readonly #ids: () => { spanIds: Uint8Array; traceIds: Uint8Array };
  readonly #names: () => Names;
  readonly #attributes: () => AttributeRefs;
  readonly #dictionary: () => StoredDictionary;
  readonly #rest: () => { starts: Uint32Array; bytes: Uint8Array };
  readonly #body: () => { hasBody: Uint8Array; starts: Uint32Array; bytes: Uint8Array };

  constructor(fetch: FetchSection) {
    this.#fetch = fetch;
    this.#hot = lazy(() => decodeHot(fetch("hot")));
    this.#structure = lazy(() => decodeStructure(fetch("structure"), this.count));
    this.#names = lazy(() => decodeNames(fetch("names")));
    this.#attributes = lazy(() => decodeAttributeIds(fetch("attributeIds"), this.group));
    this.#dictionary = lazy(() => new StoredDictionary(fetch("dictionary")));
    this.#rest = lazy(() => readRuns(new ColumnReader(fetch("rest")), this.count));
    this.#body = lazy(() => decodeBodies(fetch("body"), this.count));
    this.#times = lazy(() => this.#computeTimes());
    this.#ids = lazy(() => {
      const raw = fetch("ids");
      const { traceCount, hasSpan } = this.#structure();
      const spanIds = new Uint8Array(this.count * 8);
      for (let i = 0, at = traceCount * 16; i < this.count; i++) {
        if (hasSpan[i] === 0) continue;
        spanIds.set(raw.subarray(at, at + 8), i * 8);
        at += 8;
      }
      return { spanIds, traceIds: raw.subarray(0, traceCount * 16) };
    });
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
    return this.#hot().effective.low;
  }
  get effectiveHigh(): Uint32Array {
    return this.#hot().effective.high;
  }
  get severityText(): Uint32Array {
    return this.#hot().severityText;
  }
  get severityTexts(): readonly Uint8Array[] {
    return this.#hot().severityTexts;
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
    return this.#structure().trace;
  }
  get traceCount(): number {
    return this.#structure().traceCount;
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
  attributesOf(records: ArrayLike<number>): AttributeRefs {
    // Half of the block and more: decoding all of it costs no more.
    if (records.length * 2 >= this.count) return refsOf(this.attributes, records);
    return decodeAttributeIdsOf(this.#fetch("attributeIds"), this.group, records);
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
  get bodies(): Uint8Array {
    return this.#body().bytes;
  }
  get hasBody(): Uint8Array {
    return this.#body().hasBody;
  }

  #computeTimes() {
    const { effective, untimed } = this.#hot();
    const { lagLow, lagHigh } = this.#structure();
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
  group: Uint32Array;
  severityNumber: Uint8Array;
  effective: { low: Uint32Array; high: Uint32Array };
  untimed: Uint32Array;
  severityText: Uint32Array;
  severityTexts: Uint8Array[];
}

function decodeHot(raw: Uint8Array): HotColumns {
  const reader = new ColumnReader(raw);
  const count = reader.u32();
  return {
    group: reader.column(count),
    severityNumber: reader.byteColumn(count),
    effective: readTimes(reader, count),
    untimed: reader.column(count),
    severityText: reader.column(count),
    severityTexts: readTable(reader),
  };
}

function decodeStructure(raw: Uint8Array, count: number) {
  const reader = new ColumnReader(raw);
  const traceCount = reader.u32();
  const trace = reader.column(count).map((id) => (id === 0 ? NONE : id - 1));
  return {
    traceCount,
    trace,
    hasSpan: reader.column(count),
    lagLow: reader.column(count),
    lagHigh: reader.column(count),
  };
}

function decodeBodies(raw: Uint8Array, count: number): { hasBody: Uint8Array; starts: Uint32Array; bytes: Uint8Array } {
  const reader = new ColumnReader(raw);
  return { hasBody: reader.byteColumn(count), ...readRuns(reader, count) };
}
