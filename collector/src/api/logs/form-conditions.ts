/** The parameters service, severity, text and attribute of a log search: conditions that hold beside those of `query`. */
import { QueryError } from "../../base/errors.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import { attributeField } from "../../model/log-field.ts";
import { tokensOf } from "../../model/tokens.ts";
import { severityRange } from "../../query/logs/plan/levels.ts";
import type { LogPlan } from "../../query/logs/plan/log-plan.ts";
import * as parameters from "../parameters.ts";

export function withFormConditions(plan: LogPlan, query: URLSearchParams): LogPlan {
  const of: LogCondition[] = [];
  const service = parameters.text(query, "service");
  if (service !== undefined)
    of.push({ kind: "field", field: { kind: "service" }, test: { kind: "equals", text: service } });
  const severity = parameters.text(query, "severity");
  if (severity !== undefined) {
    const range = severityRange(severity);
    if (!range)
      throw new QueryError(
        `cannot read the parameter severity="${severity}"`,
        undefined,
        "write one of trace, debug, info, warn, error, fatal, or 0 to 24",
      );
    of.push({ kind: "severity", least: range.least, most: 24 });
  }
  const words = tokensOf(parameters.text(query, "text") ?? "");
  if (words.length > 0) of.push({ kind: "field", field: { kind: "body" }, test: { kind: "words", words } });
  for (const { key, value } of parameters.attributes(query))
    of.push({ kind: "field", field: attributeField(key), test: { kind: "equals", text: value } });
  return of.length === 0 ? plan : { ...plan, condition: { kind: "and", of: [plan.condition, ...of] } };
}
