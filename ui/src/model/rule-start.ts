/** A rule to begin with: of a kind, about what somebody was looking at. In: what an address says; out: fields of the form. Pure. */
import { joinBound, splitBound } from "./promql-threshold.ts";
import { formOf, isRuleKind } from "./rule-kinds.ts";
import type { RuleFields } from "./rule-text.ts";

/** Undefined: there is no such kind. @param ask an expression or a query; "" = the kind's own. @param above a bound for it */
export function startRule(kind: "expr", ask?: string, above?: string): RuleFields;
export function startRule(kind: string, ask?: string, above?: string): RuleFields | undefined;
export function startRule(kind: string, ask = "", above = ""): RuleFields | undefined {
  if (!isRuleKind(kind)) return undefined;
  const { initial, name } = formOf(kind);
  const summary = kind === "expr" ? "" : "{{ $details.summary }}";
  const common = { name, kind, for: kind === "expr" ? "1m" : "", severity: kind === "slo" ? "" : "warning", summary };
  if (kind === "expr") {
    const expr = ask === "" ? initial.expr : bounded(ask, above);
    return { ...common, settings: { expr } };
  }
  const settings: Record<string, string> = { ...initial };
  if (ask !== "" && (kind === "logs" || kind === "traces")) settings.query = ask;
  if (ask !== "" && (kind === "slo" || kind === "absence" || kind === "baseline" || kind === "new_error"))
    settings.service = ask;
  if (above !== "" && (kind === "logs" || kind === "traces")) settings.above = above;
  // A search for failures asks how many there are, not how long they took.
  if (kind === "traces" && ask !== "")
    Object.assign(settings, { measure: "count", above: above || "10", min_count: "" });
  return { ...common, settings };
}

/** An expression that is no alert yet fires for every series it gives: it needs a bound. */
function bounded(expr: string, above: string): string {
  return splitBound(expr) ? expr : joinBound({ measured: expr, operator: ">", bound: above === "" ? "0" : above });
}
