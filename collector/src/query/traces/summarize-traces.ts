/**
 * Spans of several traces -> one summary each: root, extent, counts, services, and a miniature waterfall of the longest spans.
 * Pure; works on skeletons (no attributes).
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { U32Column } from "../../base/column.ts";
import { formatHex } from "../../base/hex.ts";
import { compareNanos, nanosBetween, nanosToBigInt } from "../../base/nanos.ts";
import { decodeText } from "../../base/protobuf.ts";
import { NONE } from "../../model/record-batch.ts";
import { STATUS_ERROR, type SpanBatch } from "../../model/span-batch.ts";
import { isZero } from "../../wire/otlp/tags.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";

/** Bars of a miniature waterfall. */
const PREVIEW_BARS = 32;
/** Parents are followed this far for a bar's depth: deeper ones, and circles, look alike. */
const MAX_DEPTH = 64;

export interface TraceSummary {
  /** Lower-case hex. */
  readonly traceId: string;
  readonly rootService: string;
  readonly rootOperation: string;
  /** False when the span without a parent has not arrived; the root is then the earliest span. */
  readonly rootComplete: boolean;
  readonly startUnixNano: bigint;
  readonly durationNanos: bigint;
  readonly spanCount: number;
  readonly errorCount: number;
  /** By span count, largest first. */
  readonly services: readonly ServiceShare[];
  /** In order of start. */
  readonly preview: readonly PreviewBar[];
}

export interface ServiceShare {
  readonly name: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

export interface PreviewBar {
  /** Index into services. */
  readonly service: number;
  /** Shares of the trace's duration. */
  readonly offset: number;
  readonly width: number;
  readonly depth: number;
  readonly error: boolean;
}

/** By trace id. Cost: 0.3 µs a span. */
export function summarizeTraces(batches: readonly SpanBatch[]): Map<string, TraceSummary> {
  const traces = new ByteInterner(0x7f4a7c15);
  const members: Members[] = [];
  for (const batch of batches) {
    const services = batch.groups.map(({ resource }) => serviceOf(resource));
    for (let index = 0; index < batch.count; index++) {
      const trace = traces.intern(batch.bytes, batch.traceId[index], 16);
      (members[trace] ??= new Members()).add(batch, services, index);
    }
  }
  return new Map(
    members.map((spans, trace) => {
      const traceId = formatHex(traces.view(trace));
      return [traceId, summarize(traceId, spans)];
    }),
  );
}

/** A store gives the same resources again and again: looking at each once is a third of a search's summaries. */
const services = new WeakMap<Uint8Array, string>();

function serviceOf(resource: Uint8Array): string {
  let service = services.get(resource);
  if (service === undefined) services.set(resource, (service = resourceNames(resource).service));
  return service;
}

/** The spans of one trace: runs of records in batches, so that 100,000 spans need no 100,000 objects. */
class Members {
  readonly batches: SpanBatch[] = [];
  readonly services: (readonly string[])[] = [];
  readonly source = new U32Column(32);
  readonly index = new U32Column(32);
  /** Times beside the indexes: they are compared most. */
  readonly #startLow = new U32Column(32);
  readonly #startHigh = new U32Column(32);
  readonly #endLow = new U32Column(32);
  readonly #endHigh = new U32Column(32);

  add(batch: SpanBatch, services: readonly string[], index: number): void {
    if (this.batches.at(-1) !== batch) {
      this.batches.push(batch);
      this.services.push(services);
    }
    this.source.push(this.batches.length - 1);
    this.index.push(index);
    this.#startLow.push(batch.startLow[index]);
    this.#startHigh.push(batch.startHigh[index]);
    this.#endLow.push(batch.endLow[index]);
    this.#endHigh.push(batch.endHigh[index]);
  }

  get count(): number {
    return this.index.length;
  }

  batchOf(n: number): SpanBatch {
    return this.batches[this.source.values[n]];
  }

  indexOf(n: number): number {
    return this.index.values[n];
  }

  serviceOf(n: number): string {
    return this.services[this.source.values[n]][this.batchOf(n).group[this.indexOf(n)]];
  }

  isError(n: number): boolean {
    return this.batchOf(n).statusCode[this.indexOf(n)] === STATUS_ERROR;
  }

  isRoot(n: number): boolean {
    const { parentSpanId, bytes } = this.batchOf(n);
    const parent = parentSpanId[this.indexOf(n)];
    return parent === NONE || isZero(bytes, parent, 8);
  }

  startsBefore(a: number, b: number): boolean {
    const [{ values: low }, { values: high }] = [this.#startLow, this.#startHigh];
    return compareNanos(low[a], high[a], low[b], high[b]) < 0;
  }

  endsAfter(a: number, b: number): boolean {
    const [{ values: low }, { values: high }] = [this.#endLow, this.#endHigh];
    return compareNanos(low[a], high[a], low[b], high[b]) > 0;
  }

  startOf(n: number): bigint {
    return nanosToBigInt(this.#startLow.values[n], this.#startHigh.values[n]);
  }

  endOf(n: number): bigint {
    return nanosToBigInt(this.#endLow.values[n], this.#endHigh.values[n]);
  }

  durationNanos(n: number): number {
    return Math.max(0, this.#between(this.#endLow.values[n], this.#endHigh.values[n], n));
  }

  /** How much later than the first one the n-th one starts. */
  offsetNanos(n: number, first: number): number {
    return this.#between(this.#startLow.values[n], this.#startHigh.values[n], first);
  }

  #between(low: number, high: number, start: number): number {
    return nanosBetween(low, high, this.#startLow.values[start], this.#startHigh.values[start]);
  }
}

function summarize(traceId: string, spans: Members): TraceSummary {
  const shares = new Map<string, { name: string; spanCount: number; errorCount: number }>();
  let first = 0;
  let last = 0;
  let root = -1;
  for (let n = 0; n < spans.count; n++) {
    if (spans.startsBefore(n, first)) first = n;
    if (spans.endsAfter(n, last)) last = n;
    if (spans.isRoot(n) && (root < 0 || spans.startsBefore(n, root))) root = n;
    const name = spans.serviceOf(n);
    let share = shares.get(name);
    if (!share) shares.set(name, (share = { name, spanCount: 0, errorCount: 0 }));
    share.spanCount++;
    if (spans.isError(n)) share.errorCount++;
  }
  const shown = root < 0 ? first : root;
  const { bytes, nameOffset, nameLength } = spans.batchOf(shown);
  const name = nameOffset[spans.indexOf(shown)];
  const services = [...shares.values()].sort((a, b) => b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1));
  const [start, end] = [spans.startOf(first), spans.endOf(last)];
  return {
    traceId,
    rootService: spans.serviceOf(shown),
    rootOperation: decodeText(bytes, name, name + nameLength[spans.indexOf(shown)]),
    rootComplete: root >= 0,
    startUnixNano: start,
    durationNanos: end > start ? end - start : 0n,
    spanCount: spans.count,
    errorCount: services.reduce((sum, { errorCount }) => sum + errorCount, 0),
    services,
    preview: preview(spans, first, Number(end > start ? end - start : 1n), services),
  };
}

function preview(spans: Members, first: number, total: number, services: readonly ServiceShare[]): PreviewBar[] {
  const shown = longest(spans);
  shown.sort((a, b) => (spans.startsBefore(a, b) ? -1 : spans.startsBefore(b, a) ? 1 : a - b));
  const parentOf = parentFinder(spans);
  const serviceIndex = new Map(services.map(({ name }, i) => [name, i]));
  const share = (nanos: number) => Math.min(1, Math.max(0, nanos / total));
  return shown.map((n) => {
    let depth = 0;
    for (let at = parentOf(n); at >= 0 && depth < MAX_DEPTH; at = parentOf(at)) depth++;
    return {
      service: serviceIndex.get(spans.serviceOf(n)) ?? 0,
      offset: share(spans.offsetNanos(n, first)),
      width: share(spans.durationNanos(n)),
      depth,
      error: spans.isError(n),
    };
  });
}

/** The at most PREVIEW_BARS longest spans, by insertion into a short sorted list. */
function longest(spans: Members): number[] {
  const chosen: number[] = [];
  const durations: number[] = [];
  for (let n = 0; n < spans.count; n++) {
    const duration = spans.durationNanos(n);
    if (chosen.length === PREVIEW_BARS && duration <= durations[PREVIEW_BARS - 1]) continue;
    let at = chosen.length;
    while (at > 0 && durations[at - 1] < duration) at--;
    chosen.splice(at, 0, n);
    durations.splice(at, 0, duration);
    if (chosen.length > PREVIEW_BARS) {
      chosen.pop();
      durations.pop();
    }
  }
  return chosen;
}

/** Span -> its parent among the trace's spans, or -1. */
function parentFinder(spans: Members): (n: number) => number {
  const ids = new ByteInterner(0x7f4a7c15, spans.count, spans.count * 8);
  const byId = new U32Column(spans.count);
  for (let n = 0; n < spans.count; n++) {
    const { bytes, spanId } = spans.batchOf(n);
    const id = ids.intern(bytes, spanId[spans.indexOf(n)], 8);
    if (id === byId.length) byId.push(n);
  }
  return (n) => {
    const { bytes, parentSpanId } = spans.batchOf(n);
    const parent = parentSpanId[spans.indexOf(n)];
    const id = parent === NONE ? -1 : ids.find(bytes, parent, 8);
    return id < 0 ? -1 : byId.values[id];
  };
}
