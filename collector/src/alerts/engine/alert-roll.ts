/**
 * All alerts there are, as everybody sees them: of rules that run, of rules that are gone, from outside; and what is said of one, in the
 * words of whoever posts or tells it. The first sight of a firing alert begins its episode and the look for evidence.
 */
import { describeEvidence } from "../channels/describe-evidence.ts";
import type { Alert, PostedAlert } from "../notify/alert.ts";
import type { Labels } from "../notify/labels.ts";
import type { AlertHistory } from "./alert-history.ts";
import { summaryOf } from "./alert-subject.ts";
import type { KnownAlert } from "./alerting-service.ts";
import type { EvidenceBook, EvidenceRequest } from "./evidence-book.ts";
import type { GroupRunner } from "./group-runner.ts";
import { evidenceSubject, fromOutside, ruleAlerts } from "./known-alerts.ts";
import type { NotificationDesk } from "./notification-desk.ts";

export interface RollParts {
  readonly desk: NotificationDesk;
  readonly history: AlertHistory;
  readonly evidence: EvidenceBook;
  readonly runners: () => readonly GroupRunner[];
  readonly externalUrl: string;
  readonly externalLabels: Labels;
  readonly clock: () => number;
}

export class AlertRoll {
  readonly #parts: RollParts;
  /** Alerts of rules that are gone, until notification forgets them; by fingerprint. */
  readonly #ended = new Map<string, KnownAlert>();

  constructor(parts: RollParts) {
    this.#parts = parts;
  }

  /** Of our rules first, then from outside. */
  list(): readonly KnownAlert[] {
    const { desk, history, runners, externalLabels, clock } = this.#parts;
    const own = runners().flatMap((runner) => ruleAlerts(runner, externalLabels));
    const seen = new Set(own.map(({ fingerprint }) => fingerprint));
    const outside = desk.notifier.alerts().filter(({ fingerprint }) => !seen.has(fingerprint));
    return [
      ...own,
      ...outside.map(
        (alert) =>
          this.#ended.get(alert.fingerprint) ?? fromOutside(alert, clock(), history.goingOnOf(alert.fingerprint)?.id),
      ),
    ];
  }

  /** Its rule is gone; it is shown as it was. */
  keepEnded(alert: KnownAlert): void {
    this.#ended.set(alert.fingerprint, alert);
  }

  /** A rule has it again. */
  dropEnded(fingerprint: string): void {
    this.#ended.delete(fingerprint);
  }

  /** Lets go of what notification has forgotten. */
  prune(): void {
    for (const [fingerprint] of this.#ended)
      if (!this.#parts.desk.notifier.alert(fingerprint)) this.#ended.delete(fingerprint);
  }

  /** As it is posted. @param until a firing one is taken to be over then, unless it is posted again */
  posted({ id, labels, annotations, firedAtMillis, resolvedAtMillis }: KnownAlert, until: number): PostedAlert {
    const { externalUrl, clock } = this.#parts;
    const endsAt = resolvedAtMillis ?? until;
    return {
      labels,
      annotations,
      // After the clock was set back it may have fired in the future; nobody takes an alert that ends before it starts.
      startsAt: firedAtMillis === undefined ? undefined : Math.min(firedAtMillis, clock(), endsAt),
      endsAt,
      generatorURL: externalUrl === "" ? "" : `${externalUrl.replace(/\/$/, "")}/alerts/${id}`,
    };
  }

  /** Annotations as they are told: with a summary and the evidence as text. */
  explained({ labels, annotations, fingerprint }: Pick<Alert, "labels" | "annotations" | "fingerprint">): Labels {
    const evidence = this.#parts.evidence.evidenceOf(fingerprint);
    const text = evidence ? describeEvidence(evidence).join("\n") : "";
    return {
      ...annotations,
      summary: summaryOf(labels, annotations, evidence),
      ...(text !== "" && annotations.evidence === undefined && { evidence: text }),
    };
  }

  /** Of a firing alert: its episode and the look for evidence, once. */
  begin(alert: KnownAlert): void {
    const { history, evidence } = this.#parts;
    if (history.goingOnOf(alert.fingerprint)) return;
    history.begin(alert, alert.firedAtMillis ?? alert.activeAtMillis);
    evidence.request(this.evidenceRequest(alert));
  }

  evidenceRequest(alert: KnownAlert): EvidenceRequest {
    const { id, fingerprint } = alert;
    return { id, fingerprint, subject: evidenceSubject(alert, this.#parts.clock()) };
  }
}
