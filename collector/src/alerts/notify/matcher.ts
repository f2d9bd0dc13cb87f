/** One condition on a label, as routes, silences and inhibition rules have them. A label that is missing counts as empty. */
import { compilePattern, type TextPattern } from "../../base/text-pattern.ts";
import { labelOf, type Labels } from "./labels.ts";

export type MatchOperator = "=" | "!=" | "=~" | "!~";

export interface MatcherText {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export class Matcher implements MatcherText {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly #pattern: TextPattern | undefined;

  /** @throws PatternError when the value of =~ or !~ is no RE2 expression */
  constructor(name: string, operator: MatchOperator, value: string) {
    this.name = name;
    this.operator = operator;
    this.value = value;
    this.#pattern = operator.endsWith("~") ? compilePattern(value, { whole: true }) : undefined;
  }

  matches(labels: Labels): boolean {
    const value = labelOf(labels, this.name);
    const same = this.#pattern ? this.#pattern.test(value) : value === this.value;
    return this.operator.startsWith("!") ? !same : same;
  }

  /** As the UTF-8 syntax reads it: `service=~"a|b"`. */
  toString(): string {
    const plain = /^[^\s{}!=~,\\"'`]+$/u.test(this.name);
    return `${plain ? this.name : JSON.stringify(this.name)}${this.operator}${JSON.stringify(this.value)}`;
  }
}

/** All of them; true for none. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels));
}

/** `{a="b",c=~"d"}`, sorted by name, value and operator: the key of a route. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${sortMatchers(matchers).join(",")}}`;
}

export function sortMatchers(matchers: readonly Matcher[]): Matcher[] {
  const key = ({ name, value, operator }: Matcher) => `${name}\0${value}\0${operator}`;
  return [...matchers].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
