/** The tree of a regular expression, as base/linear-pattern.ts reads it. */
export type PatternNode =
  | { readonly kind: "character"; readonly test: (character: string) => boolean }
  | { readonly kind: "assert"; readonly holds: (text: string, at: number) => boolean }
  /** One that captures; counted from 1. */
  | { readonly kind: "group"; readonly body: PatternNode; readonly number: number }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly parts: readonly PatternNode[] }
  | {
      readonly kind: "repeat";
      readonly body: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    };
