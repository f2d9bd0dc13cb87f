/** The objectives of the rules that run, and how their budgets stand. */
import { openScope, type WorkLimits } from "../../base/work-scope.ts";
import type { AlertingService } from "../../alerts/engine/alerting-service.ts";
import { sloKey } from "../../alerts/kinds/history/slo-history.ts";
import type { RuleKinds } from "../../alerts/kinds/rule-kinds.ts";
import { sloStatus } from "../../alerts/kinds/slo.ts";
import { ruleName } from "../../alerts/rules/rule-file.ts";
import type { SloSource } from "../../alerts/rules/rule-source.ts";
import type { WireSlo } from "../contract.ts";

const MOST_SLOS = 500;

/**
 * Of rules with the same objective the first; the one with least budget first.
 * @param limits of what is read for each
 * @param signal ends it, also in the middle of one
 */
export async function listSlos(
  service: Pick<AlertingService, "groups" | "now">,
  kinds: RuleKinds,
  limits: WorkLimits,
  signal: AbortSignal | undefined,
): Promise<WireSlo[]> {
  const found = new Map<
    string,
    {
      readonly id: string;
      readonly name: string;
      readonly file: string;
      readonly line: number;
      readonly source: SloSource;
    }
  >();
  for (const { file, rules } of service.groups()) {
    for (const { id, rule } of rules) {
      if (rule.kind !== "alerting" || rule.source.kind !== "slo" || found.size >= MOST_SLOS) continue;
      const key = `${sloKey(rule.source)} ${rule.source.objective}`;
      if (!found.has(key)) found.set(key, { id, name: ruleName(rule), file, line: rule.at.line, source: rule.source });
    }
  }
  const slos: WireSlo[] = [];
  for (const { id, name, file, line, source } of found.values()) {
    const scope = openScope(signal, limits);
    const status = await sloStatus(kinds.tools(scope.signal), kinds.slo(source), source, service.now()).finally(() =>
      scope.close(),
    );
    slos.push({
      ruleId: id,
      name,
      file,
      line,
      service: source.service,
      operation: source.operation,
      text: status.text,
      objective: source.objective,
      windowMillis: source.windowMillis,
      attained: status.attained,
      budgetRemaining: status.budgetRemaining,
      burnRates: [...status.burnRates],
      alerts: [...status.alerts],
      burnDown: { timesMillis: [...status.burnDown.timesMillis], remaining: [...status.burnDown.remaining] },
      state: status.state,
    });
  }
  return slos.toSorted((a, b) => (a.budgetRemaining ?? 2) - (b.budgetRemaining ?? 2));
}
