/** What is said of metrics beside their samples: metadata by family, and exemplars that lead to traces. */
import type { Labels } from "./labels.ts";
import type { MetricType } from "./metric-type.ts";

export interface MetricMetadata {
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMillis: number;
}
