/**
 * Queries of a group's rules begun before their turn: rules that ask for nothing which the group itself makes may be answered together,
 * and a store answers questions that come together at a fraction of the cost. Results are taken in the rules' order as before.
 */
import { untilAborted } from "../../base/until-aborted.ts";
import { LimitError } from "../../base/work-scope.ts";
import { METRIC_NAME } from "../../model/labels.ts";
import { childrenOf, type Expr } from "../../query/metrics/parse/ast.ts";
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import type { Rule } from "../rules/rule-file.ts";
import type { QueryVector } from "./query-vector.ts";

/** Of each rule its expression, where it may be asked before its turn. */
export function independentQueries(rules: readonly Rule[]): (string | undefined)[] {
  const made = new Set(["ALERTS", "ALERTS_FOR_STATE"]);
  for (const rule of rules) if (rule.kind === "recording") made.add(rule.record);
  return rules.map((rule) => {
    if (rule.kind === "alerting" && rule.source.kind !== "promql") return undefined;
    return isIndependent(rule.expr, made) ? rule.expr : undefined;
  });
}

function isIndependent(text: string, made: ReadonlySet<string>): boolean {
  try {
    return looksElsewhere(parseExpr(text), made);
  } catch {
    // It fails in its turn.
    return false;
  }
}

function looksElsewhere(expr: Expr, made: ReadonlySet<string>): boolean {
  // It looks at metrics that its text doesn't name.
  if (expr.kind === "call" && expr.func.name === "info") return false;
  if (expr.kind === "vector") {
    const name = expr.matchers.find((matcher) => matcher.name === METRIC_NAME);
    return name?.operator === "=" && !made.has(name.value);
  }
  return childrenOf(expr).every((child) => looksElsewhere(child, made));
}

export interface AheadSettings {
  readonly query: QueryVector;
  /** As {@link independentQueries} gives them. */
  readonly queries: readonly (string | undefined)[];
  readonly timeMillis: number;
  /** Queries that are begun together. */
  readonly most: number;
  /** Of those which are begun together. */
  readonly openBudget: () => Budget;
}

/** What questions may take together: their signal carries it. */
export interface Budget {
  readonly signal: AbortSignal | undefined;
  close?(): void;
}

/** Queries of one evaluation, begun before their turn. */
export class AskedAhead {
  readonly #settings: AheadSettings;
  readonly #texts: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #answers: ReturnType<QueryVector>[] = [];
  #isCrowded = false;

  constructor(settings: AheadSettings) {
    this.#settings = settings;
    this.#texts = [...new Set(settings.queries)].filter((text) => text !== undefined);
    this.#places = new Map(this.#texts.map((text, i) => [text, i]));
  }

  /** Queries that were begun together needed more than their limits together. */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  /** Answered by what was begun ahead; what was not, or had no room beside the others, is asked by `query`, for itself. */
  async answer(text: string, timeMillis: number, query: QueryVector): ReturnType<QueryVector> {
    const place = timeMillis === this.#settings.timeMillis ? this.#places.get(text) : undefined;
    if (place === undefined) return query(text, timeMillis);
    if (place >= this.#answers.length) this.#begin(place);
    try {
      return await this.#answers[place];
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
      this.#isCrowded = true;
      return query(text, timeMillis);
    }
  }

  /** Those that were begun together are all taken before the next ones begin. */
  #begin(place: number): void {
    const { query, timeMillis, most, openBudget } = this.#settings;
    const budget = openBudget();
    const begun = this.#texts.slice(this.#answers.length, place + most).map((text) => {
      const answer = untilAborted(query(text, timeMillis, budget.signal), budget.signal);
      this.#answers.push(answer);
      return answer;
    });
    // Each is told in its turn.
    void Promise.allSettled(begun).then(() => budget.close?.());
  }
}
