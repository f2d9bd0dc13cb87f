/**
 * Alerts, groups and silences as Alertmanager's API v2 has them.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import type { Alert } from "../../../alerts/notify/alert.ts";
import type { Labels } from "../../../alerts/notify/labels.ts";
import type { MatcherText } from "../../../alerts/notify/matcher.ts";
import type { Suppression } from "../../../alerts/notify/notifier.ts";
import { silenceState, type Silence } from "../../../alerts/notify/silences.ts";

export interface GettableAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: "active" | "suppressed";
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
}

export function gettableAlert(alert: Alert, receivers: readonly string[], suppression: Suppression): GettableAlert {
  const { silencedBy, inhibitedBy } = suppression;
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: formatTime(alert.startsAt),
    endsAt: formatTime(alert.endsAt),
    updatedAt: formatTime(alert.updatedAt),
    generatorURL: alert.generatorURL,
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    status: {
      state: silencedBy.length + inhibitedBy.length > 0 ? "suppressed" : "active",
      silencedBy,
      inhibitedBy,
      mutedBy: [],
    },
  };
}

export function gettableSilence(silence: Silence, now: number) {
  return {
    id: silence.id,
    status: { state: silenceState(silence, now) },
    updatedAt: formatTime(silence.updatedAt),
    startsAt: formatTime(silence.startsAt),
    endsAt: formatTime(silence.endsAt),
    createdBy: silence.createdBy,
    comment: silence.comment,
    matchers: silence.matchers.map(wireMatcher),
  };
}

function wireMatcher({ name, operator, value }: MatcherText) {
  return { name, value, isRegex: operator.endsWith("~"), isEqual: operator.startsWith("=") };
}

export function formatTime(millis: number): string {
  return new Date(millis).toISOString();
}
