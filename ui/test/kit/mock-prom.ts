/**
 * Prometheus' API as the mock has it: a few metrics of each service that follow waves, whatever is done to them. In: path and
 * parameters; out: status and envelope. It knows grouping and label matchers by "=", which is enough to develop against.
 */
import { tokenize } from "../../src/model/promql-tokens.ts";
import type { Answer } from "./answer.ts";
import type { Bounds } from "./mock-traces.ts";
import { SHOP_SERVICES } from "./shop-services.ts";
import type { ShopTrace } from "./trace-generator.ts";

interface MockMetric {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly around: number;
}

const SERVICES = Object.keys(SHOP_SERVICES);

const MOCK_METRICS: Readonly<Record<string, MockMetric>> = {
  traces_span_metrics_calls_total: {
    type: "counter",
    help: "Calls, by span",
    unit: "",
    labels: {
      service_name: SERVICES,
      span_kind: ["SPAN_KIND_SERVER", "SPAN_KIND_CLIENT"],
      status_code: ["STATUS_CODE_UNSET", "STATUS_CODE_ERROR"],
      span_name: ["POST /charge", "POST /refund"],
    },
    around: 4,
  },
  exceptions_total: {
    type: "counter",
    help: "Exceptions, by fingerprint",
    unit: "",
    labels: {
      service_name: SERVICES,
      exception_type: ["com.shop.payments.ChargeDeclinedException", "java.net.SocketTimeoutException"],
    },
    around: 0.2,
  },
  traces_span_metrics_duration_seconds_bucket: {
    type: "histogram",
    help: "Durations of spans",
    unit: "seconds",
    labels: { service_name: SERVICES, le: ["0.1", "1", "+Inf"] },
    around: 0.12,
  },
  process_cpu_utilization_ratio: {
    type: "gauge",
    help: "Share of the CPU time a process has used",
    unit: "ratio",
    labels: { job: SERVICES, instance: ["a:9090", "b:9090"] },
    around: 0.3,
  },
  process_memory_usage_bytes: {
    type: "gauge",
    help: "Resident memory",
    unit: "bytes",
    labels: { job: SERVICES },
    around: 180e6,
  },
  up: {
    type: "gauge",
    help: "1 when the target could be scraped",
    unit: "",
    labels: { job: SERVICES, instance: ["a:9090"] },
    around: 1,
  },
};

export function answerPrometheus(
  path: string[],
  params: URLSearchParams,
  traces: readonly ShopTrace[],
  bounds: Bounds,
): Answer {
  const query = params.get("query") ?? "";
  const empty = traces.length === 0;
  const known = empty ? {} : MOCK_METRICS;
  if (path[0] === "metadata") {
    return success(
      Object.fromEntries(Object.entries(known).map(([name, { type, help, unit }]) => [name, [{ type, help, unit }]])),
    );
  }
  if (path[0] === "label" && path[1] === "__name__") return success(Object.keys(known).sort());
  if (path[0] === "labels") return success(["__name__", ...labelsFor(params.get("match[]"))].sort());
  if (path[0] === "label") return success(valuesFor(path[1], params.get("match[]")));
  if (path[0] === "format_query") return success(query.trim().replaceAll(/\s+/g, " "));
  if (path[0] === "query_exemplars") return success(exemplars(query, traces, bounds));
  const complaint = complain(query);
  if (complaint) return complaint;
  const times = path[0] === "query_range" ? gridOf(params) : [Number(params.get("time") ?? Date.now() / 1000)];
  const series = empty ? [] : seriesOf(query);
  if (path[0] === "query_range") {
    const result = series.map(({ labels, around, constant }, index) => ({
      metric: labels,
      values: times.map((at) => [at, String(constant ? around : wave(around, at, index))]),
    }));
    return success({ resultType: "matrix", result });
  }
  const result = series.map(({ labels, around, constant }, index) => ({
    metric: labels,
    value: [times[0], String(constant ? around : wave(around, times[0], index))],
  }));
  return success({ resultType: "vector", result });
}

function success(data: unknown): Answer {
  return { status: 200, body: { status: "success", data } };
}

function complain(query: string): Answer | undefined {
  const open = tokenize(query).reduce(
    (depth, { text }) => depth + (/^[({[]$/.test(text) ? 1 : /^[)}\]]$/.test(text) ? -1 : 0),
    0,
  );
  const odd = tokenize(query).find(({ kind, text }) => kind === "function" && text === "nonsense");
  if (open === 0 && !odd && query.trim() !== "") return undefined;
  const position = odd?.start ?? query.length;
  const error = odd
    ? 'cannot call "nonsense": there is no such function'
    : "cannot read the query: unexpected end of input";
  return {
    status: 400,
    body: {
      status: "error",
      errorType: "bad_data",
      error,
      position,
      hint: odd ? "Did you mean count?" : "Close what is open.",
    },
  };
}

function gridOf(params: URLSearchParams): number[] {
  const [start, end, step] = ["start", "end", "step"].map((name) => Number(params.get(name)));
  return Array.from({ length: Math.floor((end - start) / step + 1e-9) + 1 }, (_, index) => start + index * step);
}

function seriesOf(query: string): { labels: Record<string, string>; around: number; constant?: boolean }[] {
  const name = tokenize(query).find(({ kind, text }) => kind === "name" && text in MOCK_METRICS)?.text;
  if (!name)
    return /[a-z]/i.test(query.replace("vector", ""))
      ? []
      : [{ labels: {}, around: Number(/[\d.]+/.exec(query)?.[0] ?? 1), constant: true }];
  const { labels, around } = MOCK_METRICS[name];
  const matchers = [...query.matchAll(/([a-z_]\w*)\s*=\s*"([^"]*)"/g)].map(
    ([, label, value]) => [label, value] as const,
  );
  const all = Object.entries(labels).reduce<Record<string, string>[]>(
    (sets, [label, values]) => sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
  const matching = all.filter((set) => matchers.every(([label, value]) => !(label in set) || set[label] === value));
  const aggregated = /\b(?:sum|avg|max|min|count|histogram_quantile)\b/.test(query);
  if (!aggregated) return matching.map((set) => ({ labels: { __name__: name, ...set }, around }));
  const by = (/\bby\s*\(([^)]*)\)/.exec(query)?.[1] ?? "")
    .split(",")
    .map((label) => label.trim())
    .filter((label) => label !== "" && label !== "le");
  const groups = Map.groupBy(matching, (set) => JSON.stringify(by.map((label) => set[label] ?? "")));
  return [...groups.values()].map(([set]) => ({
    labels: Object.fromEntries(by.flatMap((label) => (label in set ? [[label, set[label]]] : []))),
    around,
  }));
}

function labelsFor(selector: string | null): string[] {
  return [...new Set(metricsFor(selector).flatMap(({ labels }) => Object.keys(labels)))];
}

function valuesFor(label: string, selector: string | null): string[] {
  return [...new Set(metricsFor(selector).flatMap(({ labels }) => labels[label] ?? []))].sort();
}

function metricsFor(selector: string | null): MockMetric[] {
  return Object.entries(MOCK_METRICS).flatMap(([name, metric]) =>
    !selector || selector.includes(name) ? [metric] : [],
  );
}

function exemplars(query: string, traces: readonly ShopTrace[], { start, end }: Bounds): unknown {
  const service = /service_name="([^"]*)"/.exec(query)?.[1];
  const spans = traces.flatMap(({ spans }) => spans.filter((span) => span.service === service && span.span.kind === 2));
  const within = spans.filter((span) => span.start >= start && span.start <= end).filter((_, index) => index % 4 === 0);
  return [
    {
      seriesLabels: { service_name: service },
      exemplars: within.map(({ span, start, millis }) => ({
        labels: { trace_id: span.traceId, span_id: span.spanId },
        value: String(millis / 1000),
        timestamp: start / 1000,
      })),
    },
  ];
}

function wave(around: number, seconds: number, index: number): number {
  return around === 1
    ? 1
    : around * (1 + index * 0.13) * (1 + 0.25 * Math.sin(seconds / 240 + index) + 0.04 * Math.sin(seconds / 31));
}
