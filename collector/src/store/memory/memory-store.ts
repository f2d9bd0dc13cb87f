/**
 * The store's promises kept in the simplest way, in memory: every record as a plain object beside its batch, every read a scan.
 * For tests: what it and the embedded engine both pass shows that the interface leaks nothing of SQLite. Not durable.
 */
import { createHash } from "node:crypto";
import { scopeOf } from "../../base/work-scope.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import type { LogPiece } from "../../model/log-piece.ts";
import { LATENCY_BUCKETS, latencyBucket } from "../../model/latency-histogram.ts";
import { selectRecords } from "../../model/edit-select.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { encodeLogs, encodeTraces } from "../../wire/otlp/encode-batch.ts";
import * as store from "../store.ts";
import { attributesOf, meetsAll } from "./plain-attributes.ts";
import { compileCondition } from "./plain-log-fields.ts";
import { batchOfLogs, MemoryLogPiece } from "./memory-log-piece.ts";
import { plainLogs, plainSpans, type PlainLog, type PlainSpan } from "./plain-records.ts";
import { createMemoryPins } from "./memory-pins.ts";
import { reportMemory } from "./memory-report.ts";
import { MemoryMetrics } from "./memory-metrics.ts";
import { MemorySamples } from "./memory-samples.ts";
import { MemoryDocumentStore } from "./memory-documents.ts";

export class MemoryStore implements store.StoreWriter, store.StoreReader {
  readonly documents = new MemoryDocumentStore();
  readonly pins: store.PinStore;
  readonly #digests = new Set<string>();
  #spans: PlainSpan[] = [];
  #logs: PlainLog[] = [];
  #closed = false;
  readonly #jsonBodies: boolean;
  /** Called when there are new logs. */
  readonly #tails = new Set<() => void>();

  /** @param maxPinnedBytes 0 = no limit @param jsonBodies whether members of bodies that are the text of a JSON object are searched */
  constructor(maxPinnedBytes = 0, jsonBodies = true) {
    this.#jsonBodies = jsonBodies;
    this.pins = createMemoryPins(async (traceId) => {
      const [spans, logs] = [await this.readTrace(traceId), await this.readTraceLogs(traceId)];
      const count = (batches: readonly { count: number }[]) => batches.reduce((sum, batch) => sum + batch.count, 0);
      const bytes = encodeTraces(spans).length + encodeLogs(logs).length;
      return { spanCount: count(spans), logCount: count(logs), bytes };
    }, maxPinnedBytes);
  }

  async append(batch: SpanBatch | LogBatch): Promise<store.AppendOutcome> {
    if (this.#closed) throw new store.StoreUnavailableError("cannot store: the store is closed");
    const bytes = batch.received?.bytes ?? (batch.signal === "traces" ? encodeTraces([batch]) : encodeLogs([batch]));
    const digest = createHash("sha256").update(batch.signal).update(bytes).digest("hex");
    if (batch.count > 0 && this.#digests.has(digest)) return "duplicate";
    this.#digests.add(digest);
    // The batch is the caller's again afterwards.
    const own = structuredClone(batch);
    if (own.signal === "traces") this.#spans.push(...plainSpans(own));
    else {
      this.#logs.push(...plainLogs(own));
      this.#tails.forEach((wake) => wake());
    }
    return "stored";
  }

  async appendMetrics(batch: MetricBatch): Promise<store.MetricAppendOutcome> {
    if (this.#closed) throw new store.StoreUnavailableError("cannot store: the store is closed");
    const digest = createHash("sha256").update(batch.format).update(batch.bytes).digest("hex");
    if (batch.bytes.length > 0 && this.#digests.has(digest)) return { outcome: "duplicate", rejected: 0, message: "" };
    const { rejected, message } = this.#samples.append(batch);
    if (rejected === 0) this.#digests.add(digest);
    return { outcome: "stored", rejected, message };
  }

  readonly metrics = new MemoryMetrics();
  readonly #samples = new MemorySamples(this.metrics);

  async readTrace(traceId: Uint8Array, signal?: AbortSignal): Promise<SpanBatch[]> {
    return this.readTraces([traceId], "full", signal);
  }

  async readTraces(
    traceIds: readonly Uint8Array[],
    detail: "skeleton" | "full",
    signal?: AbortSignal,
  ): Promise<SpanBatch[]> {
    const scope = scopeOf(signal);
    const wanted = new Set(traceIds.map(hex));
    const seen = new Set<string>();
    const first = (span: PlainSpan) => {
      const identity = `${span.traceId}/${span.spanId}/${span.kind}/${span.start}`;
      return !seen.has(identity) && seen.add(identity) !== undefined;
    };
    const spans = this.#spans.filter((span) => {
      scope.check();
      return wanted.has(span.traceId) && first(span);
    });
    scope.addRows(spans.length);
    const found = batchesOf(spans);
    return detail === "full" ? found : found.map(skeletonOf);
  }

  async readTraceLogs(traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    const logs = this.#logs.filter((log) => log.traceId === hex(traceId));
    scopeOf(signal).addRows(logs.length);
    return batchesOf(logs);
  }

  async findTraces(
    filter: store.SpanFilter,
    limit: number,
    signal?: AbortSignal,
    onProgress?: (progress: store.SearchProgress<store.TraceMatch>) => void,
  ): Promise<store.TraceMatch[]> {
    const newest = new Map<string, bigint>();
    const scope = scopeOf(signal);
    for (const span of this.#spans) {
      scope.check();
      if (!meetsSpan(span, filter)) continue;
      const known = newest.get(span.traceId);
      if (known === undefined || span.start > known) newest.set(span.traceId, span.start);
    }
    const matches = Array.from(newest, ([traceId, startUnixNano]) => ({
      traceId: Uint8Array.from(Buffer.from(traceId, "hex")),
      startUnixNano,
    }));
    const found = matches.sort((a, b) => descending(a.startUnixNano, b.startUnixNano)).slice(0, limit);
    onProgress?.({ settled: found, share: 1 });
    return found;
  }

  async scanLogs(
    scan: store.LogScan,
    visit: (piece: LogPiece | undefined, step: store.ScanStep) => boolean | void,
    signal?: AbortSignal,
  ): Promise<void> {
    const found = this.#inOrder(scan, signal);
    const edge = scan.order === "newest" ? scan.range.start : scan.range.end;
    const piece = new MemoryLogPiece(found, this.#jsonBodies);
    visit(found.length > 0 ? piece : undefined, { share: 1, edge });
  }

  async findLogs(
    search: store.LogSearch,
    signal?: AbortSignal,
    onProgress: (progress: store.SearchProgress<LogBatch>) => void = () => {},
  ): Promise<LogBatch[]> {
    const { after, limit, order } = search;
    const isBehind = ({ time }: PlainLog, cursor: store.LogCursor) =>
      order === "newest" ? time < cursor.timeUnixNano : time > cursor.timeUnixNano;
    let left = after?.skip ?? 0;
    const rest = this.#inOrder(search, signal).filter((log) => {
      if (!after || isBehind(log, after)) return true;
      return log.time === after.timeUnixNano && left-- <= 0;
    });
    const found = rest.slice(0, limit).map((log) => batchOfLogs([log]));
    onProgress({ settled: found, share: 1 });
    return found;
  }

  async tailLogs(
    condition: LogCondition,
    visit: (batch: LogBatch, missed: number) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const meets = compileCondition(condition, this.#jsonBodies);
    let position = this.#logs.length;
    while (!signal.aborted) {
      const arrived = this.#logs.slice(position).filter(meets);
      position = this.#logs.length;
      if (arrived.length > 0) await visit(batchOfLogs(arrived), 0);
      if (position === this.#logs.length) await this.#nextLogs(signal);
    }
  }

  /** Records that meet a scan in its order; of equal times the one that arrived last is the newest. */
  #inOrder({ range, condition, order }: store.LogScan, signal?: AbortSignal): PlainLog[] {
    const scope = scopeOf(signal);
    const meets = compileCondition(condition, this.#jsonBodies);
    const oldest = this.#logs
      .filter((log) => {
        scope.check();
        return inRange(log.time, range) && meets(log);
      })
      .sort((a, b) => descending(b.time, a.time));
    return order === "oldest" ? oldest : oldest.reverse();
  }

  #nextLogs(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#tails.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#tails.add(done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }

  async summarizeOperations(
    range: store.TimeRange,
    { buckets, service }: store.SummaryOptions,
  ): Promise<store.OperationSummary[]> {
    const sums = new Map<string, store.OperationSummary & { count: number; errorCount: number }>();
    for (const span of this.#spans) {
      if (!inRange(span.start, range) || (service !== undefined && span.service !== service)) continue;
      const key = `${span.service}\0${span.kind}\0${span.name}`;
      const sum = sums.get(key) ?? emptySummary(span, buckets);
      sums.set(key, sum);
      const width = (range.end - range.start) / BigInt(buckets) || 1n;
      const bucket = Math.min(buckets - 1, Number((span.start - range.start) / width));
      const latency = latencyBucket(Number(span.duration) / 1000);
      sum.count++;
      sum.counts[bucket]++;
      sum.latency[latency]++;
      sum.latencies[bucket][latency]++;
      if (span.isError) {
        sum.errorCount++;
        sum.errorCounts[bucket]++;
      }
    }
    return [...sums.values()];
  }

  async suggestAttributes({
    signal,
    key,
    prefix = "",
    limit,
  }: store.AttributeSuggestionRequest): Promise<store.AttributeSuggestion[]> {
    const counts = new Map<string, number>();
    for (const { own, resource } of signal === "traces" ? this.#spans : this.#logs) {
      for (const attribute of [...own, ...resource]) {
        const text = key === undefined ? attribute.key : attribute.key === key ? attribute.text : "";
        if (text !== "" && text.toLowerCase().startsWith(prefix.toLowerCase()))
          counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
    return Array.from(counts, ([text, count]) => ({ text, count }))
      .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
      .slice(0, limit);
  }

  async summarizeDependencies(range: store.TimeRange): Promise<store.DependencySummary[]> {
    const serviceOf = new Map(this.#spans.map((span) => [`${span.traceId}/${span.spanId}`, span.service]));
    const calls = new Map<string, { parent: string; child: string; callCount: number; errorCount: number }>();
    for (const span of this.#spans) {
      const parent = serviceOf.get(`${span.traceId}/${span.parentSpanId}`);
      if (!inRange(span.start, range) || parent === undefined || parent === span.service) continue;
      const call = calls.get(`${parent}\0${span.service}`) ?? {
        parent,
        child: span.service,
        callCount: 0,
        errorCount: 0,
      };
      calls.set(`${parent}\0${span.service}`, call);
      call.callCount++;
      if (span.isError) call.errorCount++;
    }
    return [...calls.values()].sort((a, b) => b.callCount - a.callCount);
  }

  async listServices(range: store.TimeRange): Promise<store.ServiceInfo[]> {
    const versions = new Map<string, string[]>();
    for (const span of this.#spans) {
      if (!inRange(span.start, range)) continue;
      const known = (versions.get(span.service) ?? []).filter((version) => version !== span.version);
      versions.set(span.service, span.version === undefined ? known : [span.version, ...known]);
    }
    return [...versions.keys()].sort().map((name) => ({ name, versions: versions.get(name) ?? [] }));
  }

  async dataRange(of: "traces" | "logs"): Promise<store.TimeRange | undefined> {
    const times = of === "traces" ? this.#spans.map(({ start }) => start) : this.#logs.map(({ time }) => time);
    if (times.length === 0) return undefined;
    return { start: times.reduce((a, b) => (a < b ? a : b)), end: times.reduce((a, b) => (a > b ? a : b)) };
  }

  async reportStorage(request: store.StorageRequest): Promise<store.StorageReport> {
    return reportMemory(this.#spans, this.#logs, this.metrics.totals(), request);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

function meetsSpan(span: PlainSpan, filter: store.SpanFilter): boolean {
  return (
    inRange(span.start, filter.range) &&
    (filter.service === undefined || span.service === filter.service) &&
    (filter.operation === undefined || span.name === filter.operation) &&
    (filter.kind === undefined || span.kind === filter.kind) &&
    (filter.minDurationNanos === undefined || span.duration >= filter.minDurationNanos) &&
    (filter.maxDurationNanos === undefined || span.duration <= filter.maxDurationNanos) &&
    (!filter.errorsOnly || span.isError) &&
    meetsAll(attributesOf(span), filter.attributes)
  );
}

function inRange(time: bigint, { start, end }: store.TimeRange): boolean {
  return time >= start && time <= end;
}

function descending(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Records back as batches: neighbours of one batch together. */
function batchesOf<B extends SpanBatch | LogBatch>(records: readonly { batch: B; index: number }[]): B[] {
  const chosen = new Map<B, Set<number>>();
  for (const { batch, index } of records) chosen.set(batch, (chosen.get(batch) ?? new Set()).add(index));
  return Array.from(chosen, ([batch, indices]) => selectRecords(batch as SpanBatch, (i) => indices.has(i)) as B);
}

function skeletonOf(batch: SpanBatch): SpanBatch {
  const none = new Uint32Array(batch.count + 1);
  const empty = new Uint32Array(0);
  return {
    ...batch,
    attributeStart: none,
    attributeOffset: empty,
    attributeLength: empty,
    restStart: none,
    restOffset: empty,
    restLength: empty,
    statusInRest: new Uint8Array(batch.count),
    received: undefined,
  };
}

function emptySummary(
  span: PlainSpan,
  buckets: number,
): store.OperationSummary & { count: number; errorCount: number } {
  return {
    service: span.service,
    operation: span.name,
    kind: span.kind,
    count: 0,
    errorCount: 0,
    latency: new Uint32Array(LATENCY_BUCKETS),
    counts: new Float64Array(buckets),
    errorCounts: new Float64Array(buckets),
    latencies: Array.from({ length: buckets }, () => new Uint32Array(LATENCY_BUCKETS)),
  };
}
