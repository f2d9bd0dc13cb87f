/**
 * Queries of a group's rules begun before their turn: rules that ask for nothing which the group itself makes may be answered together,
 * and a store answers questions that come together at a fraction of the cost. Results are taken in the rules' order as before.
 */
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

/**
 * The query, with those of the rules at this time begun ahead, `most` at once.
 * @param queries as {@link independentQueries} gives them
 */
export function askAhead(
  query: QueryVector,
  queries: readonly (string | undefined)[],
  timeMillis: number,
  most: number,
): QueryVector {
  const texts = [...new Set(queries)].filter((text) => text !== undefined);
  const places = new Map(texts.map((text, i) => [text, i]));
  const answers: ReturnType<QueryVector>[] = [];
  return (text, at) => {
    const place = at === timeMillis ? places.get(text) : undefined;
    if (place === undefined) return query(text, at);
    // Those that were begun together are all taken before the next ones begin.
    if (place >= answers.length)
      for (const each of texts.slice(answers.length, place + most)) {
        const answer = query(each, at);
        // Told in its turn.
        answer.catch(() => undefined);
        answers.push(answer);
      }
    return answers[place];
  };
}
