/**
 * Bytes of an ExportMetricsServiceRequest -> samples, in one pass: resources, scopes and metrics by their bytes, here; their data points in
 * otlp-points.ts. What was met before costs no string and no object. The bytes were checked when they were received (scan-metrics.ts).
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { BYTES, ProtoReader } from "../../base/protobuf.ts";
import { metricContext, MetricParts, type MetricContext } from "./otlp-context.ts";
import { resourceLabels, type ResourceLabels } from "./otlp-labels.ts";
import { OtlpPoints } from "./otlp-points.ts";
import { OtlpStreams } from "./otlp-streams.ts";
import { SampleRejections, type SampleOutcome } from "./sample-rejections.ts";
import { REFUSED, type SampleSink } from "./sample-sink.ts";

const NOTHING = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);

interface Resource {
  readonly labels: ResourceLabels;
  /** Series of target_info; -1 = not asked for yet. */
  targetInfo: number;
}

export class OtlpSamples {
  readonly #sink: SampleSink;
  readonly #resources = new ByteInterner(1);
  readonly #resourceOf: Resource[] = [];
  readonly #scopes = new ByteInterner(2);
  readonly #metrics = new ByteInterner(3);
  readonly #contextOf: MetricContext[] = [];
  readonly #streams: OtlpStreams;
  readonly #points: OtlpPoints;
  readonly #parts = new MetricParts();

  // Of the request that is read.
  #bytes: Uint8Array = NOTHING;
  #rejections = new SampleRejections("data point");

  constructor(sink: SampleSink) {
    this.#sink = sink;
    this.#streams = new OtlpStreams(sink);
    this.#points = new OtlpPoints(sink, this.#streams);
  }

  /** Of what is remembered of resources, metrics and streams. */
  get sizeBytes(): number {
    const { arena: a } = this.#resources;
    const { arena: b } = this.#scopes;
    const { arena: c } = this.#metrics;
    return a.length + b.length + c.length + this.#contextOf.length * 500 + this.#streams.sizeBytes;
  }

  /** @throws DecodeError when the bytes are malformed; samples before that place have then been handed over */
  read(bytes: Uint8Array): SampleOutcome {
    this.#bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#streams.beginRequest(bytes, view);
    const rejections = (this.#rejections = new SampleRejections("data point"));
    this.#points.beginRequest(bytes, view, rejections);
    const request = new ProtoReader(bytes);
    while (request.next())
      if (request.field === 1 && request.wire === BYTES) this.#readResource(request.valueStart, request.valueEnd);
    this.#bytes = NOTHING;
    this.#streams.beginRequest(NOTHING, NO_VIEW);
    this.#points.endRequest();
    return rejections;
  }

  #readResource(start: number, end: number): void {
    const bytes = this.#bytes;
    const reader = new ProtoReader(bytes, start, end);
    let [from, to] = [start, start];
    while (reader.next()) {
      if (reader.field !== 1 || reader.wire !== BYTES) continue;
      from = reader.valueStart;
      to = reader.valueEnd;
    }
    let id = this.#resources.find(bytes, from, to - from);
    if (id < 0) {
      // Before it is known: its attributes may be malformed.
      const labels = resourceLabels(bytes, from, to);
      id = this.#resources.intern(bytes, from, to - from);
      this.#resourceOf.push({ labels, targetInfo: -1 });
    }
    this.#points.newest = 0;
    reader.reset(bytes, start, end);
    while (reader.next())
      if (reader.field === 2 && reader.wire === BYTES) this.#readScope(id, reader.valueStart, reader.valueEnd);
    this.#writeTargetInfo(this.#resourceOf[id]);
  }

  /** One sample for each request and resource, at its newest point's time. */
  #writeTargetInfo(resource: Resource): void {
    const { targetInfo } = resource.labels;
    if (targetInfo === undefined || this.#points.newest <= 0) return;
    if (resource.targetInfo < 0) resource.targetInfo = this.#sink.seriesOf(targetInfo);
    // Points of the same resource come by several ways: one that is older than the newest tells nothing new.
    if (resource.targetInfo !== REFUSED) this.#sink.sample(resource.targetInfo, this.#points.newest, 1, 0, 0);
  }

  #readScope(resource: number, start: number, end: number): void {
    const bytes = this.#bytes;
    const reader = new ProtoReader(bytes, start, end);
    let [from, to] = [start, start];
    while (reader.next()) {
      if (reader.field !== 1 || reader.wire !== BYTES) continue;
      from = reader.valueStart;
      to = reader.valueEnd;
    }
    const scope = this.#scopes.intern(bytes, from, to - from);
    reader.reset(bytes, start, end);
    while (reader.next())
      if (reader.field === 2 && reader.wire === BYTES)
        this.#readMetric(resource, scope, reader.valueStart, reader.valueEnd);
  }

  #readMetric(resource: number, scope: number, start: number, end: number): void {
    const parts = this.#parts;
    parts.locate(this.#bytes, start, end);
    const id = this.#metricId(resource, scope);
    const context = this.#contextOf[id];
    const reader = new ProtoReader(this.#bytes, parts.dataStart, parts.dataEnd);
    while (parts.kind !== 0 && reader.next()) {
      if (reader.field !== 1 || reader.wire !== BYTES) continue;
      const { valueStart, valueEnd } = reader;
      if (context.problem !== "") this.#rejections.invalid(() => context.problem);
      else this.#points.read(parts.kind, id, context, valueStart, valueEnd);
    }
  }

  #metricId(resource: number, scope: number): number {
    const parts = this.#parts;
    const bytes = this.#bytes;
    const { nameStart, nameEnd, unitStart, unitEnd, helpStart, helpEnd } = parts;
    const [name, unit, help] = [nameEnd - nameStart, unitEnd - unitStart, helpEnd - helpStart];
    const { scratch } = this.#streams;
    scratch.room(20 + name + unit + help);
    const { view } = scratch;
    view.setUint32(0, resource, true);
    view.setUint32(4, scope, true);
    view.setUint32(8, parts.kind | (parts.temporality << 8) | (parts.isMonotonic << 16), true);
    view.setUint32(12, name, true);
    view.setUint32(16, unit, true);
    let at = scratch.copy(20, bytes, nameStart, nameEnd);
    at = scratch.copy(at, bytes, unitStart, unitEnd);
    at = scratch.copy(at, bytes, helpStart, helpEnd);
    const known = this.#metrics.size;
    const id = this.#metrics.intern(scratch.bytes, 0, at);
    if (id === known) {
      const context = metricContext(bytes, parts, this.#resourceOf[resource].labels);
      this.#contextOf.push(context);
      if (context.problem === "") this.#sink.metadata(context.metadata);
    }
    return id;
  }
}
