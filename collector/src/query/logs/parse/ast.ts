/** The tree of a log query, as it was written: every node with its place, nothing resolved yet. Made by parse-query.ts. */

/** 0-based offsets into the query text; `end` exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface LogQuery {
  readonly text: string;
  /** Absent = every record. */
  readonly condition?: ConditionNode;
  readonly pipes: readonly PipeNode[];
}

export type Comparison = "<" | "<=" | ">" | ">=";

export type ConditionNode = Place &
  (
    | { readonly kind: "and" | "or"; readonly of: readonly ConditionNode[] }
    | { readonly kind: "not"; readonly of: ConditionNode }
    | { readonly kind: "every" }
    /** A word or a quoted text that stands alone, to be looked for in the body. */
    | { readonly kind: "text"; readonly value: TextNode }
    | { readonly kind: "regex"; readonly value: RegexNode }
    | { readonly kind: "field"; readonly key: KeyNode; readonly test: TestNode }
  );

export interface KeyNode extends Place {
  readonly name: string;
  /** Written as @name or in quotes: an attribute, whatever its name means else. */
  readonly isAttribute: boolean;
}

export interface TextNode extends Place {
  readonly text: string;
  /** Double quotes: words in sequence. Single quotes and backticks: exactly this text. In plain words * stands for anything. */
  readonly quote: "none" | "words" | "exact";
}

export interface RegexNode extends Place {
  readonly pattern: string;
  /** Where the expression itself begins. */
  readonly patternStart: number;
  readonly ignoreCase: boolean;
  /** `key=~"…"`: from the first to the last character. */
  readonly whole: boolean;
}

export type TestNode =
  | { readonly kind: "exists" }
  | { readonly kind: "equals"; readonly value: TextNode }
  | { readonly kind: "regex"; readonly value: RegexNode }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly value: TextNode }
  /** Absent ends don't limit. */
  | { readonly kind: "range"; readonly least?: RangeEnd; readonly most?: RangeEnd };

export interface RangeEnd {
  readonly value: TextNode;
  readonly inclusive: boolean;
}

export type PipeNode = Place &
  (
    | { readonly kind: "where"; readonly condition: ConditionNode }
    | {
        readonly kind: "aggregate";
        readonly aggregates: readonly AggregateNode[];
        readonly by: readonly KeyNode[];
        readonly every?: EveryNode;
      }
    | { readonly kind: "top"; readonly count: NumberNode; readonly by: readonly KeyNode[]; readonly every?: EveryNode }
    | { readonly kind: "patterns"; readonly count?: NumberNode }
    | { readonly kind: "fields"; readonly keys: readonly KeyNode[] }
    | { readonly kind: "sort"; readonly by: readonly (KeyNode & { readonly descending?: boolean })[] }
    | { readonly kind: "limit"; readonly count: NumberNode }
  );

export interface AggregateNode extends Place {
  readonly name: string;
  /** Fields; of quantile first the share. */
  readonly arguments: readonly KeyNode[];
  /** After `as`. */
  readonly as?: KeyNode;
}

/** A duration, or `auto`: a width that suits the time range. */
export interface EveryNode extends Place {
  readonly text: string;
}

export interface NumberNode extends Place {
  readonly value: number;
}
