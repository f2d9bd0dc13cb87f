/** `logs`: a log query whose records are counted, or that counts itself. */
import { planLogQuery } from "../../../query/logs/plan/plan-query.ts";
import type { LogsSource } from "../rule-source.ts";
import type { SourceFields } from "./source-fields.ts";

const DAY = 86_400_000;

export function parseLogs(fields: SourceFields): LogsSource | undefined {
  const query = fields.required("query", "'level:error service:payments'");
  const windowMillis = fields.duration("window", 5 * 60_000, { most: 7 * DAY });
  const threshold = fields.threshold("number");
  const by = fields.names("by", undefined, []);
  const plan = fields.parsed("query", query, planLogQuery);
  if (!plan) return undefined;
  if (plan.patterns !== undefined) fields.fail("query", "patterns are no number; leave | patterns out");
  if (plan.limit !== undefined && !plan.table) fields.fail("query", "limit leaves records out; leave | limit out");
  if (plan.table && by.length > 0) fields.fail("by", "the query counts by itself; write its by in the query");
  if (plan.table?.everyMillis !== undefined) fields.fail("query", "every makes many numbers; leave it out");
  const count = by.length === 0 ? plan : fields.parsed("by", `| count by ${by.map(quoted).join(", ")}`, planLogQuery);
  if (!count) return undefined;
  const hasThreshold = threshold.above !== undefined || threshold.below !== undefined;
  return {
    kind: "logs",
    query,
    plan: { condition: plan.condition, ...(count.table && { table: count.table }) },
    windowMillis,
    by: (count.table?.by ?? []).map(({ name }) => name),
    ...(hasThreshold || plan.table ? threshold : { above: 0 }),
  };
}

/** Names as log queries take them. */
export function quoted(name: string): string {
  return /^@?[\w.]+$/.test(name) ? name : JSON.stringify(name);
}
