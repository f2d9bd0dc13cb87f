/**
 * A Grafana dashboard (a file that Grafana exported, of schema 1 to 42) -> a board. Panels of queries to Prometheus become panels of
 * ours, everything else a text panel that says what stood there; whatever is left out is listed with its path. Pure.
 */
import type { WireBoardDocument, WireBoardGrid, WireBoardImport, WireBoardPanel, WireBoardQuery } from "../contract.ts";
import { promqlProblem } from "./check-board.ts";
import { arrayOf, numberOf, recordOf, textOf, type Json } from "./grafana-json.ts";
import { calculationOf, thresholdsOf, unitOf } from "./grafana-fields.ts";
import { variablesOf } from "./grafana-variables.ts";

export type NotUnderstood = WireBoardImport["notUnderstood"];

const CHARTS = new Set(["timeseries", "graph", "graph-old", "trend", "barchart"]);
const STATS = new Set(["stat", "singlestat", "gauge", "bargauge"]);
const TABLES = new Set(["table", "table-old"]);
/** Grafana's rows are 30 px high, and 8 px lie between them: nearly ours. */
const COLUMNS = 24;
const MOST_PANELS = 200;
/** What changes how a panel's data is shown, and has no place on a board. */
const LEFT_OUT = ["transformations", "alert", "links", "repeat", "timeFrom", "timeShift"] as const;

/** Files have the dashboard itself, answers of Grafana's API wrap it. */
export function isGrafanaDashboard(document: unknown): boolean {
  const { panels, rows, templating, schemaVersion, dashboard } = recordOf(document);
  if (dashboard !== undefined) return isGrafanaDashboard(dashboard);
  if (schemaVersion !== undefined || templating !== undefined || rows !== undefined) return true;
  return arrayOf(panels).some((panel) => "gridPos" in recordOf(panel) || "targets" in recordOf(panel));
}

export function boardOfGrafana(document: unknown): { board: WireBoardDocument; notUnderstood: NotUnderstood } {
  const wrapped = recordOf(document).dashboard;
  const dashboard = recordOf(wrapped ?? document);
  const root = wrapped === undefined ? "" : "/dashboard";
  const notUnderstood: NotUnderstood = [];
  const tell = (path: string, what: string) => void notUnderstood.push({ path: root + path, what });
  const placed = [...placedPanels(dashboard)];
  const panels = placed.slice(0, MOST_PANELS).map(({ panel, grid, path }) => panelOf(panel, grid, path, tell));
  if (placed.length > MOST_PANELS) tell("/panels", `the panels after the ${MOST_PANELS}th`);
  if (arrayOf(recordOf(dashboard.annotations).list).some((one) => recordOf(one).builtIn !== 1))
    tell("/annotations", "annotations");
  const variables = variablesOf(arrayOf(recordOf(dashboard.templating).list), tell);
  const range = /^now-(\d+(?:ms|[smhdwy]))$/.exec(textOf(recordOf(dashboard.time).from))?.[1];
  const description = textOf(dashboard.description).slice(0, 2000);
  const board: WireBoardDocument = {
    title: textOf(dashboard.title).slice(0, 200) || "Imported dashboard",
    ...(description === "" ? {} : { description }),
    ...(range === undefined ? {} : { range }),
    ...(variables.length === 0 ? {} : { variables }),
    panels,
  };
  return { board, notUnderstood };
}

type Tell = (path: string, what: string) => void;

interface Placed {
  readonly panel: Json;
  readonly grid: WireBoardGrid;
  readonly path: string;
}

/** In order; those of collapsed rows where they would be if the rows were open, those of the rows of old in lines of twelve. */
function* placedPanels(dashboard: Json): Generator<Placed> {
  let y = 0;
  let shift = 0;
  for (const [i, value] of arrayOf(dashboard.panels).entries()) {
    const panel = recordOf(value);
    const grid = gridOf(recordOf(panel.gridPos), y, shift);
    yield { panel, grid, path: `/panels/${i}` };
    y = Math.max(y, grid.y + grid.h);
    const inner = arrayOf(panel.panels).map(recordOf);
    const top = Math.min(...inner.map(({ gridPos }) => numberOf(recordOf(gridPos).y) ?? 0));
    for (const [j, one] of inner.entries()) {
      const place = gridOf(recordOf(one.gridPos), y, grid.y + grid.h - top);
      yield { panel: one, grid: place, path: `/panels/${i}/panels/${j}` };
      y = Math.max(y, place.y + place.h);
    }
    if (inner.length > 0) shift += y - (grid.y + grid.h);
  }
  for (const [i, value] of arrayOf(dashboard.rows).entries()) {
    const row = recordOf(value);
    const height = Math.max(4, Math.round((numberOf(row.height) ?? Number.parseInt(textOf(row.height), 10)) / 36) || 7);
    let x = 0;
    for (const [j, one] of arrayOf(row.panels).entries()) {
      const panel = recordOf(one);
      const w = Math.min(COLUMNS, Math.max(1, Math.round((numberOf(panel.span) ?? 12) * 2)));
      if (x + w > COLUMNS) {
        x = 0;
        y += height;
      }
      yield { panel, grid: { x, y, w, h: height }, path: `/rows/${i}/panels/${j}` };
      x += w;
    }
    if (x > 0) y += height;
  }
}

function gridOf(place: Json, below: number, shift: number): WireBoardGrid {
  const whole = (value: unknown, fallback: number, min: number, max: number) =>
    Math.min(max, Math.max(min, Math.round(numberOf(value) ?? fallback)));
  const x = whole(place.x, 0, 0, COLUMNS - 1);
  const y = place.y === undefined ? below : whole(place.y, 0, 0, 9000) + shift;
  return { x, y: Math.min(y, 10_000), w: whole(place.w, 12, 1, COLUMNS - x), h: whole(place.h, 8, 1, 100) };
}

function panelOf(panel: Json, grid: WireBoardGrid, path: string, tell: Tell): WireBoardPanel {
  const type = textOf(panel.type) || "graph";
  const description = textOf(panel.description).slice(0, 2000);
  const base = { title: textOf(panel.title).slice(0, 200), grid, ...(description === "" ? {} : { description }) };
  if (type === "row") return { ...base, type: "text", text: "" };
  if (type === "text") {
    const text = textOf(recordOf(panel.options).content) || textOf(panel.content);
    return { ...base, type: "text", text: text.slice(0, 50_000) };
  }
  for (const member of LEFT_OUT) {
    const value = panel[member];
    if (value !== undefined && value !== null && (!Array.isArray(value) || value.length > 0))
      tell(`${path}/${member}`, member);
  }
  const config = recordOf(panel.fieldConfig);
  if (arrayOf(config.overrides).length > 0) tell(`${path}/fieldConfig/overrides`, "overrides of single fields");
  if (!CHARTS.has(type) && !STATS.has(type) && !TABLES.has(type)) {
    tell(`${path}/type`, `panels of type ${type}`);
    return {
      ...base,
      type: "text",
      text: `Here stood a panel of type ${type}, which boards don't have.${listed(panel)}`,
    };
  }
  const queries = queriesOf(panel, path, tell);
  if (queries.length === 0)
    return { ...base, type: "text", text: `Here stood a panel without a query to Prometheus.${listed(panel)}` };
  const defaults = recordOf(config.defaults);
  const unit = unitOf(panel, defaults, (what) => tell(`${path}/fieldConfig/defaults/unit`, what));
  const bounds = {
    ...(numberOf(defaults.min) === undefined ? {} : { min: numberOf(defaults.min) }),
    ...(numberOf(defaults.max) === undefined ? {} : { max: numberOf(defaults.max) }),
  };
  const thresholds = thresholdsOf(defaults);
  const shared = { ...base, queries, ...(unit === undefined ? {} : { unit }) };
  const limits = thresholds.length === 0 ? {} : { thresholds };
  if (TABLES.has(type)) return { ...shared, type: "table" };
  if (STATS.has(type)) return { ...shared, ...bounds, ...limits, type: "stat", calculation: calculationOf(panel) };
  const mode = textOf(recordOf(recordOf(defaults.custom).stacking).mode);
  const stacked = panel.stack === true || mode === "normal" || mode === "percent";
  return { ...shared, ...bounds, ...limits, type: "timeseries", ...(stacked ? { stacked } : {}) };
}

function queriesOf(panel: Json, path: string, tell: Tell): WireBoardQuery[] {
  const queries: WireBoardQuery[] = [];
  for (const [i, value] of arrayOf(panel.targets).entries()) {
    const target = recordOf(value);
    const at = `${path}/targets/${i}`;
    const source = sourceOf(target.datasource) || sourceOf(panel.datasource);
    const expr = textOf(target.expr);
    if (target.hide === true) continue;
    if (expr === "" || (source !== "" && source !== "prometheus")) {
      tell(at, source === "" || source === "prometheus" ? "a query without expr" : `queries to ${source}`);
      continue;
    }
    const promql = withPlainVariables(expr).slice(0, 10_000);
    const problem = promqlProblem(promql);
    if (problem) {
      tell(`${at}/expr`, `PromQL that cannot be read (${problem.message}): ${promql.slice(0, 200)}`);
      continue;
    }
    const format = textOf(target.legendFormat);
    const legend = format === "__auto" ? "" : format.replace(/\{\{\s*([^}\s]+)\s*\}\}/g, "{{$1}}").slice(0, 200);
    queries.push({ promql, ...(legend === "" ? {} : { legend }) });
  }
  return queries.slice(0, 20);
}

/** The type of a data source; "" = the file doesn't say. */
function sourceOf(datasource: unknown): string {
  return textOf(recordOf(datasource).type);
}

/** [[x]] and ${x:regex} are ${x}. */
function withPlainVariables(text: string): string {
  return text.replace(/\[\[(\w+)(?::\w+)?\]\]/g, "$${$1}").replace(/\$\{(\w+)(?:\.\w+)?:\w+\}/g, "$${$1}");
}

/** What its queries were, so that nothing is lost. */
function listed(panel: Json): string {
  const texts = arrayOf(panel.targets).map((target) => {
    const { expr, query, rawSql } = recordOf(target);
    return textOf(expr) || textOf(query) || textOf(rawSql);
  });
  const known = texts.filter((text) => text !== "");
  return known.length === 0 ? "" : `\n\n${known.join("\n\n")}`.slice(0, 20_000);
}
