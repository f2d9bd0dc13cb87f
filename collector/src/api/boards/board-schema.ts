/** The JSON Schema of boards: what contract.ts types as WireBoardDocument, with the bounds. Served at /api/v1/boards/schema.json. */

export const GRID_COLUMNS = 24;

const text = (maxLength: number, minLength = 0) => ({ type: "string", minLength, maxLength });
const number = { type: "number" };
const UNIT = {
  enum: ["none", "seconds", "milliseconds", "bytes", "bytes_per_second", "ratio", "percent", "per_second"],
};
const VARIABLE_NAME = { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_]{0,49}$" };
const CURRENT = { anyOf: [text(1000), { type: "array", items: text(1000), maxItems: 100 }] };
const QUERIES = {
  type: "array",
  minItems: 1,
  maxItems: 20,
  items: {
    type: "object",
    properties: {
      promql: text(10_000, 1),
      legend: { ...text(200), description: "with {{label}} for labels" },
    },
    required: ["promql"],
    additionalProperties: false,
  },
};
const THRESHOLDS = {
  type: "array",
  maxItems: 10,
  items: {
    type: "object",
    properties: { value: number, level: { enum: ["ok", "warn", "bad"] } },
    required: ["value", "level"],
    additionalProperties: false,
  },
};
const GRID = {
  type: "object",
  description: "columns 0 to 23, rows from 0; a row is 36 px high",
  properties: {
    x: { type: "integer", minimum: 0, maximum: GRID_COLUMNS - 1 },
    y: { type: "integer", minimum: 0, maximum: 10_000 },
    w: { type: "integer", minimum: 1, maximum: GRID_COLUMNS },
    h: { type: "integer", minimum: 1, maximum: 100 },
  },
  required: ["x", "y", "w", "h"],
  additionalProperties: false,
};

function panel(type: string, properties: Readonly<Record<string, object>>, required: readonly string[]) {
  return {
    type: "object",
    properties: { type: { const: type }, title: text(200), description: text(2000), grid: GRID, ...properties },
    required: ["type", "title", "grid", ...required],
    additionalProperties: false,
  };
}

function variable(type: string, properties: Readonly<Record<string, object>>, required: readonly string[]) {
  return {
    type: "object",
    properties: { type: { const: type }, name: VARIABLE_NAME, title: text(200), current: CURRENT, ...properties },
    required: ["type", "name", ...required],
    additionalProperties: false,
  };
}

const CHOICE = { multi: { type: "boolean" }, all: { type: "boolean", description: "offer all values at once" } };
const LIMIT = { type: "integer", minimum: 1, maximum: 200 };
const MIN_MAX = { min: number, max: number };

/** Read alike by drafts 7 to 2020-12. */
export const BOARD = {
  title: "A Goldspan board",
  type: "object",
  properties: {
    title: text(200, 1),
    description: text(2000),
    range: {
      type: "string",
      pattern: "^([0-9]+(ms|[smhdwy]))+$",
      description: 'the range it opens with, a duration such as "1h"',
    },
    variables: {
      type: "array",
      maxItems: 30,
      description: "stand in queries as $name or ${name}; several chosen values as (a|b), for =~",
      items: {
        type: "object",
        discriminator: { propertyName: "type" },
        required: ["type"],
        oneOf: [
          variable("label_values", { label: text(200, 1), selector: text(2000), ...CHOICE }, ["label"]),
          variable("custom", { values: { type: "array", items: text(1000), minItems: 1, maxItems: 500 }, ...CHOICE }, [
            "values",
          ]),
          variable("constant", { value: text(1000) }, ["value"]),
        ],
      },
    },
    panels: {
      type: "array",
      maxItems: 200,
      items: {
        type: "object",
        discriminator: { propertyName: "type" },
        required: ["type"],
        oneOf: [
          panel(
            "timeseries",
            { queries: QUERIES, unit: UNIT, ...MIN_MAX, stacked: { type: "boolean" }, thresholds: THRESHOLDS },
            ["queries"],
          ),
          panel(
            "stat",
            {
              queries: QUERIES,
              unit: UNIT,
              ...MIN_MAX,
              calculation: { enum: ["last", "mean", "min", "max", "sum"] },
              thresholds: THRESHOLDS,
            },
            ["queries"],
          ),
          panel("table", { queries: QUERIES, unit: UNIT }, ["queries"]),
          panel("text", { text: text(50_000) }, ["text"]),
          panel("traces", { query: text(2000), limit: LIMIT }, ["query"]),
          panel(
            "logs",
            { service: text(500), text: text(2000), severity: text(20), attribute: text(2000), limit: LIMIT },
            [],
          ),
        ],
      },
    },
  },
  required: ["title", "panels"],
  additionalProperties: false,
};

export const BOARD_SCHEMA = { $schema: "https://json-schema.org/draft/2020-12/schema", ...BOARD };
