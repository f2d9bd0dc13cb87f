/**
 * LogQL as a tree. Metric queries are PromQL's expressions whose vector selectors stand for range aggregations over logs, so that
 * everything around those (aggregations, operators, label_replace) is evaluated by the one engine. Made by parse-query.ts, printed by
 * format-query.ts. https://grafana.com/docs/loki/latest/query/
 */
import type { LabelMatcherText } from "../../../model/label-matcher.ts";
import type { Expr, Span, VectorSelector } from "../../metrics/parse/ast.ts";

export type Query =
  | { readonly kind: "logs"; readonly logs: LogSelector }
  | { readonly kind: "metric"; readonly expr: Expr; readonly ranges: ReadonlyMap<VectorSelector, RangeAggregation> };

/** `{…} | …`: which records, and what becomes of each. */
export interface LogSelector {
  readonly span: Span;
  readonly matchers: readonly LabelMatcherText[];
  readonly stages: readonly Stage[];
}

export type LineOperator = "|=" | "!=" | "|~" | "!~" | "|>" | "!>";

export type Stage =
  /** Of several texts one is enough for a positive operator, and none may be met for a negative one. */
  | {
      readonly kind: "line";
      readonly operator: LineOperator;
      readonly texts: readonly { readonly value: string; readonly isIp: boolean }[];
    }
  | { readonly kind: "json"; readonly fields: readonly FieldExpression[] }
  | {
      readonly kind: "logfmt";
      readonly fields: readonly FieldExpression[];
      readonly isStrict: boolean;
      readonly keepsEmpty: boolean;
    }
  | { readonly kind: "regexp" | "pattern"; readonly expression: string }
  | { readonly kind: "unpack" | "decolorize" }
  | { readonly kind: "filter"; readonly filter: LabelFilter }
  | { readonly kind: "line_format"; readonly template: string }
  | { readonly kind: "label_format"; readonly formats: readonly LabelFormat[] }
  | { readonly kind: "keep" | "drop"; readonly labels: readonly LabelChoice[] }
  | { readonly kind: "distinct"; readonly labels: readonly string[] };

/** `name="a.b[0]"`, or a name alone, which is its own expression. */
export interface FieldExpression {
  readonly name: string;
  readonly path: string;
}

/** A new name for a label, or a label made by a template. */
export type LabelFormat =
  | { readonly name: string; readonly from: string }
  | { readonly name: string; readonly template: string };

/** A label's name, and what its value must be for the choice to hold. */
export interface LabelChoice {
  readonly name: string;
  readonly matcher?: LabelMatcherText;
}

export type Comparison = "==" | "!=" | ">" | ">=" | "<" | "<=";

export type LabelFilter =
  | { readonly kind: "and" | "or"; readonly left: LabelFilter; readonly right: LabelFilter }
  | { readonly kind: "text"; readonly matcher: LabelMatcherText }
  | {
      readonly kind: "number";
      readonly name: string;
      readonly operator: Comparison;
      readonly value: number;
      /** What the label is read as; durations compare in seconds, sizes in bytes. */
      readonly unit: "number" | "duration" | "bytes";
      /** As written. */
      readonly text: string;
    }
  | { readonly kind: "ip"; readonly name: string; readonly operator: "=" | "!="; readonly range: string };

export const PLAIN_RANGE_OPERATORS = ["rate", "count_over_time", "bytes_rate", "bytes_over_time"] as const;
export const UNWRAPPED_RANGE_OPERATORS = [
  "rate",
  "rate_counter",
  "sum_over_time",
  "avg_over_time",
  "min_over_time",
  "max_over_time",
  "first_over_time",
  "last_over_time",
  "stddev_over_time",
  "stdvar_over_time",
  "quantile_over_time",
] as const;
export type RangeOperator =
  | (typeof PLAIN_RANGE_OPERATORS)[number]
  | (typeof UNWRAPPED_RANGE_OPERATORS)[number]
  | "absent_over_time";

export interface RangeAggregation {
  readonly operator: RangeOperator;
  /** Of quantile_over_time. */
  readonly quantile?: number;
  readonly logs: LogSelector;
  readonly unwrap?: Unwrap;
  readonly rangeMillis: number;
  /** How far back; negative = ahead. */
  readonly offsetMillis: number;
  readonly grouping?: { readonly labels: readonly string[]; readonly without: boolean };
}

/** Which label is the number, how it is read, and what must hold of the labels behind that. */
export interface Unwrap {
  readonly label: string;
  readonly conversion: "number" | "duration" | "bytes";
  readonly filters: readonly LabelFilter[];
}
