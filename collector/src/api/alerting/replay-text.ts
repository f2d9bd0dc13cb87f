/** The text of a rule file -> what its alerts would have done over a range, as far as a person waits for a preview. */
import { RuleFileError } from "../../alerts/engine/alerting-service.ts";
import { replayRules } from "../../alerts/replay/replay-rules.ts";
import { parseRules } from "../../alerts/rules/parse-rules.ts";
import type { StoreReader } from "../../store/store.ts";
import type { WireRuleReplay } from "../contract.ts";

const TIMEOUT_MILLIS = 8000;
/** A week in steps of five minutes. */
const MOST_STEPS = 2016;
const MOST_EPISODES = 50;

/** @param intervalMillis of groups that name none @throws RuleFileError when it cannot run */
export async function replayText(
  reader: StoreReader,
  text: string,
  startMillis: number,
  endMillis: number,
  intervalMillis: number,
  signal: AbortSignal,
): Promise<WireRuleReplay> {
  const { groups, issues } = parseRules(text);
  if (issues.length > 0) throw new RuleFileError("cannot replay the rules", issues);
  const found = await replayRules({
    reader,
    groups,
    startMillis,
    endMillis,
    intervalMillis,
    timeoutMillis: TIMEOUT_MILLIS,
    mostSteps: MOST_STEPS,
    mostEpisodes: MOST_EPISODES,
    signal,
  });
  return {
    startMillis,
    endMillis,
    reachedMillis: found.isComplete ? endMillis : found.reachedMillis,
    rules: found.rules.map(({ group, name, fired, error, episodes }) => ({
      group,
      name,
      fired,
      error,
      episodes: episodes.map(({ labels, activeAtMillis, firedAtMillis, resolvedAtMillis }) => ({
        labels: { ...labels },
        activeAtMillis,
        firedAtMillis,
        resolvedAtMillis,
      })),
    })),
  };
}
