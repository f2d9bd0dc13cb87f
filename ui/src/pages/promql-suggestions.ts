/**
 * What the PromQL editors may suggest: metrics with their metadata, labels of the metric being written, values of the label. Asked for
 * when it is needed, and remembered by the key of the question; a failed request only means fewer suggestions.
 */
import type { ReactiveControllerHost } from "lit";
import {
  fetchLabelNames,
  fetchLabelValues,
  fetchMetadata,
  fetchMetricNames,
  type PromMetadata,
} from "../api/prometheus.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { aboutMetric, type MetricAbout } from "../model/metric-units.ts";
import { asMetric, type PromEdit, type PromKnown } from "../model/promql-completion.ts";
import { currentBounds, timeRange } from "../state/time-range.ts";

export class PromqlSuggestions {
  readonly names: QueryController<readonly string[]>;
  readonly metadata: QueryController<PromMetadata>;
  private readonly labels: QueryController<readonly string[]>;
  private readonly values: QueryController<readonly string[]>;
  private readonly host: ReactiveControllerHost;
  private place?: PromEdit;
  private about: readonly MetricAbout[] = [];
  private aboutOf?: { readonly names: readonly string[]; readonly metadata?: PromMetadata };

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    this.names = new QueryController(host, {
      key: () => `metric names ${JSON.stringify(timeRange.value)}`,
      ask: (signal) => fetchMetricNames(currentBounds(), signal),
    });
    this.metadata = new QueryController(host, { key: () => "metadata", ask: fetchMetadata });
    this.labels = new QueryController(host, {
      key: () => (this.place?.kind === "label" ? `labels ${this.place.metric}` : undefined),
      ask: (signal) => fetchLabelNames(selectorOf(this.place?.metric), currentBounds(), signal),
    });
    this.values = new QueryController(host, {
      key: () => (this.place?.kind === "value" ? `values ${this.place.label} ${this.place.metric}` : undefined),
      ask: (signal) =>
        fetchLabelValues(this.place?.label ?? "", selectorOf(this.place?.metric), currentBounds(), signal),
    });
  }

  /** What is being written. */
  edit(place: PromEdit): void {
    this.place = place;
    this.host.requestUpdate();
  }

  get metrics(): readonly MetricAbout[] {
    const [names, metadata] = [this.names.data ?? [], this.metadata.data];
    if (this.aboutOf?.names !== names || this.aboutOf.metadata !== metadata) {
      this.about = names.map((name) => aboutMetric(name, metadata ?? {}));
      this.aboutOf = { names, metadata };
    }
    return this.about;
  }

  get known(): PromKnown {
    const { kind } = this.place ?? {};
    return {
      metrics: this.metrics,
      labels: kind === "label" ? (this.labels.data ?? []).filter((name) => name !== "__name__") : [],
      values: kind === "value" ? (this.values.data ?? []) : [],
    };
  }
}

function selectorOf(metric = ""): string {
  return metric === "" ? "" : asMetric(metric);
}
