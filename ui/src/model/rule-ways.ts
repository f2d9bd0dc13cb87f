/** Where to look at what happened when a rule would have fired: what it asks, at that time. In: the episode, the rule; out: an address. Pure. */
import type { Links } from "./links.ts";
import { splitBound } from "./promql-threshold.ts";
import type { ReplayedEpisode } from "./rule-preview.ts";
import type { RuleFields } from "./rule-text.ts";

const LEAST_MILLIS = 10 * 60_000;

/** As much time before and behind it as it took, ten minutes at least. "" = there is nowhere to look. */
export function waysOfEpisode(
  { activeAtMillis, resolvedAtMillis, firedAtMillis, labels }: ReplayedEpisode,
  rule: RuleFields | undefined,
  links: Links,
): string {
  const end = resolvedAtMillis ?? firedAtMillis;
  const around = Math.max(LEAST_MILLIS, end - activeAtMillis);
  const then = links.within({ from: activeAtMillis - around, to: end + around });
  const { kind, settings = {} } = rule ?? {};
  if (kind === "expr") return then.metrics(splitBound(settings.expr ?? "")?.measured ?? settings.expr ?? "");
  if (kind === "logs") return then.logs((settings.query ?? "").split("|")[0].trim());
  if (kind === "traces") return then.traces(settings.query ?? "");
  const service = labels.service_name ?? settings.service ?? "";
  return /^[\w.-]+$/.test(service) ? then.service(service) : "";
}
