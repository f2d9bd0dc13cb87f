/** `absence`: a service, a series or log records that were there and stopped. */
import { parseExpr } from "../../../query/metrics/parse/parse-expr.ts";
import { QueryError } from "../../../base/errors.ts";
import { planLogQuery } from "../../../query/logs/plan/plan-query.ts";
import type { AbsenceOf, AbsenceSource } from "../rule-source.ts";
import { quoted } from "./logs.ts";
import type { SourceFields } from "./source-fields.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const OF = ["service", "series", "logs"] as const;

export function parseAbsence(fields: SourceFields): AbsenceSource | undefined {
  const given = OF.filter((key) => fields.has(key));
  if (given.length !== 1) {
    fields.fail(given[1] ?? "service", `expects one of ${OF.join(", ")}; write service: payments`);
    return undefined;
  }
  const [type] = given;
  const afterMillis = fields.duration("after", 5 * MINUTE, { least: 15_000, most: 7 * DAY });
  const usual = type === "service" ? DAY : Math.max(60 * MINUTE, 4 * afterMillis);
  const withinMillis = fields.duration("within", usual, { most: 14 * DAY });
  if (withinMillis <= afterMillis)
    fields.fail("within", "must be longer than after: it is how long ago something may have been there last");
  if (type !== "logs" && fields.has("by")) fields.fail("by", "is of logs; leave it out");
  const of = parseOf(fields, type);
  return of && { kind: "absence", of, afterMillis, withinMillis };
}

function parseOf(fields: SourceFields, type: (typeof OF)[number]): AbsenceOf | undefined {
  if (type === "service") return { type, service: fields.pattern("service") };
  const text = fields.text(type);
  if (type === "series") {
    const series = fields.parsed("series", text, checkSelector);
    return series === undefined ? undefined : { type, series };
  }
  const by = fields.names("by", undefined, []);
  const plan = fields.parsed("logs", text, planLogQuery);
  const count = fields.parsed(
    "by",
    by.length === 0 ? "| count" : `| count by ${by.map(quoted).join(", ")}`,
    planLogQuery,
  );
  if (!plan || !count) return undefined;
  if (plan.table || plan.patterns !== undefined || plan.limit !== undefined)
    fields.fail("logs", "takes conditions alone; leave the pipes out and write by: [service]");
  return { type, query: text, plan: { condition: plan.condition, table: count.table }, by };
}

function checkSelector(text: string): string {
  if (parseExpr(text).kind === "vector") return text;
  throw new QueryError(`cannot watch ${text}: it is no selector of series`, undefined, 'write up{job="api"}');
}
