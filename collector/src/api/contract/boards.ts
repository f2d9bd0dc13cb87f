/** Boards; the JSON Schema of a saved one is at /api/v1/boards/schema.json. A part of ../contract.ts. */
import type { WireLevel } from "./golden.ts";

export interface WireBoards {
  /** By title; saved ones before those that are made for each service. */
  boards: WireBoardEntry[];
}

export interface WireBoardEntry {
  id: string;
  title: string;
  description: string;
  panelCount: number;
  /** True: made by Goldspan, cannot be changed; copy it with POST. */
  readOnly: boolean;
  /** Null for those. */
  updatedAtMillis: number | null;
}

export interface WireBoard extends WireBoardEntry {
  board: WireBoardDocument;
}

export interface WireBoardImport extends WireBoard {
  /** What the file says that boards cannot; its place is kept as text where it was a panel. */
  notUnderstood: { path: string; what: string }[];
}

/** A board as it is saved and exchanged; the JSON Schema is at /api/v1/boards/schema.json. */
export interface WireBoardDocument {
  title: string;
  description?: string;
  /** The range it opens with, a duration such as "1h"; absent = the one that is set. */
  range?: string;
  variables?: WireBoardVariable[];
  panels: WireBoardPanel[];
}

/** Stands in queries as $name or ${name}; several chosen values stand as (a|b), to be used with =~. */
export type WireBoardVariable = {
  name: string;
  title?: string;
  /** Chosen at first. */ current?: string | string[];
} & (
  | {
      type: "label_values";
      label: string;
      /** Only of series that meet it. */ selector?: string;
      multi?: boolean;
      all?: boolean;
    }
  | { type: "custom"; values: string[]; multi?: boolean; all?: boolean }
  | { type: "constant"; value: string }
);

/** Columns 0 to 23, rows from 0; a row is 36 px high. */
export interface WireBoardGrid {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface WireBoardQuery {
  promql: string;
  /** With {{label}} for labels. */
  legend?: string;
}

export type WireUnit =
  | "none"
  | "seconds"
  | "milliseconds"
  | "bytes"
  | "bytes_per_second"
  | "ratio"
  | "percent"
  | "per_second";

export interface WireThreshold {
  value: number;
  level: WireLevel;
}

export type WireBoardPanel = { title: string; description?: string; grid: WireBoardGrid } & (
  | {
      type: "timeseries";
      queries: WireBoardQuery[];
      unit?: WireUnit;
      min?: number;
      max?: number;
      stacked?: boolean;
      thresholds?: WireThreshold[];
    }
  | {
      type: "stat";
      queries: WireBoardQuery[];
      unit?: WireUnit;
      min?: number;
      max?: number;
      calculation?: "last" | "mean" | "min" | "max" | "sum";
      thresholds?: WireThreshold[];
    }
  | { type: "table"; queries: WireBoardQuery[]; unit?: WireUnit }
  | { type: "text"; text: string }
  /** `query` as in the search of traces: service:checkout error duration>500ms. */
  | { type: "traces"; query: string; limit?: number }
  | { type: "logs"; service?: string; text?: string; severity?: string; attribute?: string; limit?: number }
);
