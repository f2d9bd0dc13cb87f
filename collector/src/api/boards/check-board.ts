/** Whether a document is a board: by its JSON Schema, and what a schema cannot say (queries, places on the grid, names twice). */
import { createRequire } from "node:module";
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { QueryError } from "../../base/errors.ts";
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import { parseTraceQuery } from "../../query/traces/parse-query.ts";
import type { WireBoardDocument, WireBoardPanel } from "../contract.ts";
import { BOARD, GRID_COLUMNS } from "./board-schema.ts";

const HINT = "/api/v1/boards/schema.json has the schema";
/** Made when it is first needed: 3 MB, and most readers never save a board. */
let validate: ValidateFunction | undefined;

/** @throws QueryError with the path of the first thing that is wrong, its value, and what was expected */
export function checkBoard(document: unknown): WireBoardDocument {
  validate ??= compile();
  if (!validate(document)) throw schemaError(validate.errors?.[0]);
  const board = document as WireBoardDocument;
  const names = new Set<string>();
  for (const [i, { name }] of (board.variables ?? []).entries()) {
    if (names.has(name)) throw wrong(`/variables/${i}/name`, name, "a name that no other variable has");
    names.add(name);
  }
  for (const [i, panel] of board.panels.entries()) checkPanel(panel, `/panels/${i}`);
  return board;
}

function checkPanel(panel: WireBoardPanel, path: string): void {
  const { x, w } = panel.grid;
  if (x + w > GRID_COLUMNS)
    throw wrong(`${path}/grid/w`, w, `at most ${GRID_COLUMNS - x}: the grid has ${GRID_COLUMNS} columns`);
  if (panel.type === "traces") {
    const problem = problemOf(() => parseTraceQuery(withValues(panel.query, "x")));
    if (problem) throw wrong(`${path}/query`, panel.query, `a search of traces (${problem.message})`, problem);
  }
  if ("queries" in panel)
    for (const [i, { promql }] of panel.queries.entries()) {
      const problem = promqlProblem(promql);
      if (problem) throw wrong(`${path}/queries/${i}/promql`, promql, `PromQL (${problem.message})`, problem);
    }
}

/** Undefined = it can be read, whatever its variables stand for: a name or a number. */
export function promqlProblem(promql: string): QueryError | undefined {
  const problem = problemOf(() => parseExpr(withValues(promql, "x")));
  return problem && problemOf(() => parseExpr(withValues(promql, "1"))) && problem;
}

/** Variables replaced by `value`, those of time by a duration. */
function withValues(query: string, value: string): string {
  return query
    .replace(/\$\{?(__interval|__rate_interval|__range)\}?/g, "5m")
    .replace(/(?<=\[)\$(\w+|\{\w+\})|(?<=offset )\$(\w+|\{\w+\})/g, "5m")
    .replace(/\$\w+|\$\{\w+\}/g, value);
}

function problemOf(parse: () => unknown): QueryError | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
}

function schemaError(error: ErrorObject | undefined): QueryError {
  const { instancePath = "", keyword = "", params = {}, message = "", data } = error ?? {};
  switch (keyword) {
    case "required":
      return wrong(`${instancePath}/${params.missingProperty}`, undefined, "a value: it is required");
    case "additionalProperties": {
      const name = String(params.additionalProperty);
      return wrong(
        `${instancePath}/${name}`,
        (data as Record<string, unknown>)[name],
        "nothing: boards have no such member here",
      );
    }
    case "discriminator": {
      const value = (data as Record<string, unknown>)[params.tag];
      const allowed = instancePath.startsWith("/panels")
        ? "timeseries, stat, table, text, traces or logs"
        : "label_values, custom or constant";
      return wrong(`${instancePath}/${params.tag}`, value, allowed);
    }
    case "enum":
      return wrong(instancePath, data, `one of ${params.allowedValues.join(", ")}`);
    default:
      return wrong(
        instancePath,
        data,
        message.replace(/^must (NOT )?(be |match |have )?/, (_, not) => (not ? "not " : "")),
      );
  }
}

function wrong(path: string, value: unknown, expected: string, problem?: QueryError): QueryError {
  const shown = value === undefined ? "missing" : JSON.stringify(value).slice(0, 200);
  return new QueryError(
    `cannot take the board: ${path === "" ? "it" : path} is ${shown}, expected ${expected}`,
    problem?.position,
    problem?.hint ?? HINT,
  );
}

function compile(): ValidateFunction {
  const ajv = createRequire(import.meta.url)("ajv") as { Ajv: typeof Ajv };
  return new ajv.Ajv({ discriminator: true, strict: false, verbose: true }).compile(BOARD);
}
