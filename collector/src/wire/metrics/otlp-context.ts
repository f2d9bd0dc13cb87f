/** What data points of OTLP share: the resource and the metric they came in. Made once for each distinct one. */
import { BYTES, decodeText, ProtoReader, VARINT } from "../../base/protobuf.ts";
import type { MetricMetadata } from "../../model/metric-facts.ts";
import type { MetricType } from "../../model/metric-type.ts";
import { metricName, unitName, type NameKind } from "./names.ts";
import { MOST_LABEL_BYTES } from "./label-bounds.ts";
import { COUNTER, DELTA } from "./sample-sink.ts";
import type { ResourceLabels } from "./otlp-labels.ts";

/** Fields of Metric that hold its data. */
export const DATA = { gauge: 5, sum: 7, histogram: 9, exponential: 10, summary: 11 } as const;
const DATA_FIELDS: ReadonlySet<number> = new Set(Object.values(DATA));
const MOST_SHOWN = 200;
const TEMPORALITY_DELTA = 1;
const TEMPORALITY_CUMULATIVE = 2;

/** Where the parts of a Metric message lie, and what its data say of themselves. One object, used again. */
export class MetricParts {
  nameStart = 0;
  nameEnd = 0;
  helpStart = 0;
  helpEnd = 0;
  unitStart = 0;
  unitEnd = 0;
  /** 0 = the metric has no data. */
  kind = 0;
  dataStart = 0;
  dataEnd = 0;
  temporality = 0;
  isMonotonic = 0;
  readonly #reader = new ProtoReader(new Uint8Array(0));

  locate(bytes: Uint8Array, start: number, end: number): void {
    this.nameStart = this.nameEnd = this.helpStart = this.helpEnd = this.unitStart = this.unitEnd = start;
    this.kind = this.temporality = this.isMonotonic = 0;
    const reader = this.#reader.reset(bytes, start, end);
    while (reader.next()) {
      if (reader.wire !== BYTES) continue;
      if (reader.field === 1) {
        this.nameStart = reader.valueStart;
        this.nameEnd = reader.valueEnd;
      } else if (reader.field === 2) {
        this.helpStart = reader.valueStart;
        this.helpEnd = reader.valueEnd;
      } else if (reader.field === 3) {
        this.unitStart = reader.valueStart;
        this.unitEnd = reader.valueEnd;
      } else if (DATA_FIELDS.has(reader.field)) {
        this.kind = reader.field;
        this.dataStart = reader.valueStart;
        this.dataEnd = reader.valueEnd;
      }
    }
    if (this.kind === 0 || this.kind === DATA.gauge || this.kind === DATA.summary) return;
    reader.reset(bytes, this.dataStart, this.dataEnd);
    while (reader.next()) {
      if (reader.wire !== VARINT) continue;
      if (reader.field === 2) this.temporality = reader.uint32();
      else if (reader.field === 3) this.isMonotonic = reader.bool() ? 1 : 0;
    }
  }
}

export interface MetricContext {
  readonly resource: ResourceLabels;
  /** As sent. */
  readonly otlpName: string;
  /** Prometheus' family name, with "_total" for counters; "" when the metric cannot be stored, `problem` says why. */
  readonly name: string;
  readonly problem: string;
  /** For SampleSink.sample. */
  readonly flags: number;
  readonly metadata: MetricMetadata;
}

export function metricContext(bytes: Uint8Array, parts: MetricParts, resource: ResourceLabels): MetricContext {
  const otlpName = decodeText(bytes, parts.nameStart, parts.nameEnd);
  const unit = decodeText(bytes, parts.unitStart, parts.unitEnd);
  const { kind, temporality } = parts;
  const isCounter = kind === DATA.sum && parts.isMonotonic === 1;
  const nameKind: NameKind = kind === DATA.gauge ? "gauge" : isCounter ? "counter" : "other";
  const name = metricName(otlpName, unit, nameKind);
  let problem = "";
  if (otlpName === "") problem = "a metric has no name";
  else if (name === "") problem = `the name "${otlpName}" has no letter or digit that Prometheus' names may have`;
  else if (name.length + resource.job.length + resource.instance.length > MOST_LABEL_BYTES)
    problem = `the metric "${otlpName.slice(0, MOST_SHOWN)}" and its service's names are longer than ${MOST_LABEL_BYTES}`;
  else if (kind === 0) problem = `the metric "${otlpName}" has no data`;
  else if (needsTemporality(kind) && temporality !== TEMPORALITY_DELTA && temporality !== TEMPORALITY_CUMULATIVE)
    problem = `the metric "${otlpName}" is neither delta nor cumulative`;
  const isGauge = kind === DATA.gauge || (kind === DATA.sum && !isCounter);
  const flags = (isGauge ? 0 : COUNTER) | (needsTemporality(kind) && temporality === TEMPORALITY_DELTA ? DELTA : 0);
  const type = typeOf(kind, isCounter);
  const help = decodeText(bytes, parts.helpStart, parts.helpEnd);
  return {
    resource,
    otlpName,
    name: problem === "" ? name : "",
    problem,
    flags,
    metadata: { metric: name, type, help, unit: unitName(unit) },
  };
}

function needsTemporality(kind: number): boolean {
  return kind === DATA.sum || kind === DATA.histogram || kind === DATA.exponential;
}

function typeOf(kind: number, isCounter: boolean): MetricType {
  if (kind === DATA.sum) return isCounter ? "counter" : "gauge";
  if (kind === DATA.histogram || kind === DATA.exponential) return "histogram";
  return kind === DATA.summary ? "summary" : "gauge";
}
