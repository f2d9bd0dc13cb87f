/** A recording rule at a time: its expression's samples under the rule's name and labels. */
import { labelsKey, labelsOf, recordOf } from "../../model/labels.ts";
import type { RecordingRule } from "../rules/rule-file.ts";
import type { EvaluateSettings } from "./alerting-rule.ts";
import { RuleError, type RuleSample } from "./rule-sample.ts";

/** @throws what the query throws, RuleError */
export async function recordSamples(
  rule: RecordingRule,
  groupLabels: Readonly<Record<string, string>>,
  {
    query,
    timeMillis,
    queryOffsetMillis,
    limit,
  }: Pick<EvaluateSettings, "query" | "timeMillis" | "queryOffsetMillis" | "limit">,
): Promise<RuleSample[]> {
  const at = timeMillis - queryOffsetMillis;
  const result = await query(rule.expr, at);
  const added = { ...groupLabels, ...rule.labels, __name__: rule.record };
  const keys = new Set<string>();
  const samples = result.map(({ labels, value, histogram }): RuleSample => {
    const own = labelsOf({ ...recordOf(labels), ...added });
    keys.add(labelsKey(own));
    return { labels: own, timestampMillis: at, value: histogram ?? value };
  });
  if (keys.size < samples.length)
    throw new RuleError("vector contains metrics with the same labelset after applying rule labels");
  if (limit > 0 && samples.length > limit)
    throw new RuleError(`exceeded limit of ${limit} with ${samples.length} series`);
  return samples;
}
