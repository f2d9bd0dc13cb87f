/** The mock's boards: kept in memory, with a ready one for each service. Imports take our own form and a Grafana dashboard's panels. */
import type { WireBoard, WireBoardDocument, WireBoardImport, WireBoardPanel, WireBoards } from "goldspan/contract";
import { SHOP_SERVICES } from "./shop-services.ts";

interface Kept {
  readonly document: WireBoardDocument;
  readonly updatedAtMillis: number;
}

export class MockBoards {
  private readonly kept = new Map<string, Kept>();

  constructor(now: number) {
    this.kept.set(EXAMPLE_BOARD.id, { document: EXAMPLE_BOARD.document, updatedAtMillis: now - 3 * 3_600_000 });
  }

  list(): WireBoards {
    const saved = [...this.kept.keys()].map((id) => this.get(id)).filter((board) => board !== undefined);
    const ready = Object.keys(SHOP_SERVICES).map((name) => goldenBoard(name));
    return { boards: [...saved, ...ready].map(({ board: _, ...entry }) => entry) };
  }

  get(id: string): WireBoard | undefined {
    if (id.startsWith("golden:")) return id.slice(7) in SHOP_SERVICES ? goldenBoard(id.slice(7)) : undefined;
    const found = this.kept.get(id);
    return found && entryOf(id, found.document, found.updatedAtMillis);
  }

  put(id: string, document: WireBoardDocument, now: number): WireBoard {
    this.kept.set(id, { document, updatedAtMillis: now });
    return entryOf(id, document, now);
  }

  add(document: WireBoardDocument, now: number): WireBoard {
    const base = document.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-") || "board";
    const id = this.kept.has(base) ? `${base}-${this.kept.size}` : base;
    return this.put(id, document, now);
  }

  remove(id: string): boolean {
    return this.kept.delete(id);
  }

  import(file: Record<string, unknown>, now: number): WireBoardImport {
    const isOurs = (file.panels as { grid?: unknown }[] | undefined)?.every((panel) => panel.grid !== undefined);
    const document = isOurs ? (file as unknown as WireBoardDocument) : fromGrafana(file);
    const notUnderstood = isOurs ? [] : [{ path: "panels[1]", what: "panel of type heatmap" }];
    return { ...this.add(document, now), notUnderstood };
  }
}

function entryOf(id: string, board: WireBoardDocument, updatedAtMillis: number | null): WireBoard {
  const { title, description = "", panels } = board;
  return {
    id,
    title,
    description,
    panelCount: panels.length,
    readOnly: updatedAtMillis === null,
    updatedAtMillis,
    board,
  };
}

function fromGrafana(file: Record<string, unknown>): WireBoardDocument {
  const panels = (file.panels as { title?: string; targets?: { expr?: string }[] }[] | undefined) ?? [];
  return {
    title: typeof file.title === "string" ? file.title : "Imported",
    panels: panels.map(({ title = "", targets = [] }, index) => ({
      title,
      grid: { x: (index % 2) * 12, y: Math.floor(index / 2) * 7, w: 12, h: 7 },
      type: "timeseries",
      queries: targets.map(({ expr = "" }) => ({ promql: expr })),
    })),
  };
}

function goldenBoard(service: string): WireBoard {
  const selector = `service_name="${service}"`;
  const panel = (
    title: string,
    x: number,
    y: number,
    promql: string,
    unit: "per_second" | "ratio" | "seconds",
  ): WireBoardPanel => ({
    title,
    grid: { x, y, w: 12, h: 6 },
    type: "timeseries",
    queries: [{ promql }],
    unit,
  });
  const document: WireBoardDocument = {
    title: `Golden signals of ${service}`,
    panels: [
      panel("Traffic", 0, 0, `sum(rate(traces_span_metrics_calls_total{${selector}}[1m]))`, "per_second"),
      panel(
        "Errors",
        12,
        0,
        `sum(rate(traces_span_metrics_calls_total{${selector},status_code="STATUS_CODE_ERROR"}[1m]))`,
        "ratio",
      ),
      panel(
        "Latency p95",
        0,
        6,
        `histogram_quantile(0.95, sum by (le) (rate(traces_span_metrics_duration_seconds_bucket{${selector}}[1m])))`,
        "seconds",
      ),
      panel("Saturation", 12, 6, `max(process_cpu_utilization_ratio{job="${service}"})`, "ratio"),
    ],
  };
  return entryOf(`golden:${service}`, document, null);
}

const EXAMPLE: WireBoardDocument = {
  title: "Checkout and payments",
  description: "What the team looks at in the morning",
  range: "1h",
  variables: [
    { name: "job", type: "label_values", label: "job", selector: "process_memory_usage_bytes", current: "payments" },
  ],
  panels: [
    {
      title: "Requests now",
      grid: { x: 0, y: 0, w: 6, h: 4 },
      type: "stat",
      unit: "per_second",
      queries: [{ promql: "sum(rate(traces_span_metrics_calls_total[1m]))" }],
    },
    {
      title: "Memory of $job",
      grid: { x: 6, y: 0, w: 6, h: 4 },
      type: "stat",
      unit: "bytes",
      calculation: "max",
      thresholds: [{ value: 1e8, level: "warn" }],
      queries: [{ promql: 'process_memory_usage_bytes{job="$job"}' }],
    },
    {
      title: "Read me",
      grid: { x: 12, y: 0, w: 12, h: 4 },
      type: "text",
      text: "# Mornings\n\nLook at *payments* first.\n\n- rate below 1/s: call the shop\n- `up` is 0: see the logs",
    },
    {
      title: "Calls by service",
      grid: { x: 0, y: 4, w: 12, h: 8 },
      type: "timeseries",
      stacked: true,
      unit: "per_second",
      queries: [
        {
          promql: 'sum by (service_name) (rate(traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER"}[1m]))',
          legend: "{{service_name}}",
        },
      ],
    },
    {
      title: "CPU",
      grid: { x: 12, y: 4, w: 12, h: 8 },
      type: "timeseries",
      unit: "ratio",
      max: 1,
      thresholds: [{ value: 0.8, level: "warn" }],
      queries: [{ promql: 'process_cpu_utilization_ratio{job="$job"}' }],
    },
    {
      title: "Failed checkouts",
      grid: { x: 0, y: 12, w: 12, h: 8 },
      type: "traces",
      query: "service:payments error",
      limit: 6,
    },
    {
      title: "Errors in the logs",
      grid: { x: 12, y: 12, w: 12, h: 8 },
      type: "logs",
      service: "payments",
      severity: "ERROR",
      limit: 8,
    },
    { title: "Targets", grid: { x: 0, y: 20, w: 24, h: 6 }, type: "table", queries: [{ promql: "up" }] },
  ],
};

export const EXAMPLE_BOARD = { id: "checkout-and-payments", document: EXAMPLE } as const;
