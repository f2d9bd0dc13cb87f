/**
 * From alerts to deliveries, as Alertmanager decides it: routes, groups, inhibition, time intervals, silences, then for each integration
 * of the receiver whether there is anything new to tell. Sends nothing and reads no clock: whoever drives it asks for what is due, puts
 * it where it cannot be lost, and says so. The whole state is plain JSON.
 */
import { AlertGroups, type Group, type GroupFlush, type GroupState } from "./alert-groups.ts";
import { createAlert, isResolved, mergeAlerts, type Alert, type PostedAlert } from "./alert.ts";
import type { NotifyConfig } from "./config/load-config.ts";
import type { Integration } from "./config/receiver-config.ts";
import { Inhibition } from "./inhibition.ts";
import type { Labels } from "./labels.ts";
import { isMutedRoute } from "./mute-times.ts";
import { NotificationLog, type LogEntry, type Reason, type Sent } from "./notification-log.ts";
import { buildRoutes, type Route } from "./route-tree.ts";
import type { Silences } from "./silences.ts";

/** One notification to one integration. */
export interface Delivery {
  /** The integration and the group. */
  readonly key: string;
  readonly reason: Reason;
  readonly receiver: string;
  readonly integration: Integration;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** Firing ones first; resolved ones only where the integration wants them. */
  readonly alerts: readonly { readonly alert: Alert; readonly isResolved: boolean }[];
  readonly at: number;
}

export interface NotifierState {
  readonly alerts: readonly Alert[];
  readonly groups: readonly GroupState[];
  readonly log: Readonly<Record<string, LogEntry>>;
}

/** Why an alert does not reach anyone at a moment. */
export interface Suppression {
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

/** Resolved alerts stay visible, and known to inhibition's history, for as long as senders repeat them. */
const KEEP_RESOLVED_MILLIS = 15 * 60_000;

interface OpenFlush {
  readonly flush: GroupFlush;
  readonly sent: Sent;
  waiting: number;
}

export class Notifier {
  readonly #config: NotifyConfig;
  readonly #silences: Silences;
  readonly #groups: AlertGroups;
  readonly #log: NotificationLog;
  readonly #alerts = new Map<string, Alert>();
  readonly #open = new WeakMap<Delivery, OpenFlush>();
  readonly root: Route;

  /** With the state of another run everything goes on where it stood, also when routes have changed since. */
  constructor(config: NotifyConfig, silences: Silences, state?: NotifierState, now = 0, mostGroups?: number) {
    this.#config = config;
    this.#silences = silences;
    this.root = buildRoutes(config.route);
    this.#groups = new AlertGroups(this.root, mostGroups);
    this.#log = new NotificationLog(state?.log);
    const dueAt = new Map(state?.groups.map((group) => [group.id, group.dueAt]));
    const grouped = new Set(state?.groups.flatMap(({ fingerprints }) => fingerprints));
    for (const alert of state?.alerts ?? []) {
      this.#alerts.set(alert.fingerprint, alert);
      // A resolved alert that stands in no group has been told of.
      if (grouped.has(alert.fingerprint) || !isResolved(alert, now)) this.#groups.add(alert, now, dueAt);
    }
  }

  /** Takes an alert, or news of one it has. @throws AlertError */
  receive(posted: PostedAlert, now: number): Alert {
    const alert = createAlert(posted, now, this.#config.global.resolve_timeout ?? 300_000);
    const before = this.#alerts.get(alert.fingerprint);
    // News are the later word, also after the clock was set back.
    const merged = before ? mergeAlerts({ ...before, updatedAt: Math.min(before.updatedAt, now) }, alert) : alert;
    this.#alerts.set(merged.fingerprint, merged);
    this.#groups.add(merged, now);
    return merged;
  }

  /** Every alert that is known, resolved ones for 15 minutes. */
  alerts(): readonly Alert[] {
    return [...this.#alerts.values()];
  }

  alert(fingerprint: string): Alert | undefined {
    return this.#alerts.get(fingerprint);
  }

  groups(): readonly Group[] {
    return this.#groups.list();
  }

  /** Alerts that found no group as there are too many. */
  get refusedAlerts(): number {
    return this.#groups.refused;
  }

  /** The clock may have been set back: what waits, waits from here, and what is repeated is repeated from here. */
  follow(now: number): void {
    this.#groups.follow(now);
    this.#log.follow(now);
  }

  /** When to call due next; undefined when nothing waits. */
  nextDueAt(): number | undefined {
    return this.#groups.nextDueAt();
  }

  /** How alerts are suppressed now: to ask for one alert after the other. */
  suppressions(now: number): (alert: Pick<Alert, "labels">) => Suppression {
    const inhibition = new Inhibition(this.#config.inhibitRules, this.#alerts.values(), now);
    return ({ labels }) => ({
      silencedBy: this.#silences.silencedBy(labels, now),
      inhibitedBy: inhibition.inhibitedBy(labels),
    });
  }

  /**
   * What is to be sent now. Call `delivered` for each as soon as it cannot be lost any more, before the group is due again; what was not
   * delivered by then is given again.
   */
  due(now: number): Delivery[] {
    const flushes = this.#groups.takeDue(now);
    if (flushes.length === 0) return [];
    const suppressionOf = this.suppressions(now);
    const deliveries = flushes.flatMap((flush) => this.#flush(flush, suppressionOf, now));
    this.prune(now);
    return deliveries;
  }

  /** The delivery is safe: it is remembered as told. */
  delivered(delivery: Delivery): void {
    const open = this.#open.get(delivery);
    if (!open) return;
    this.#open.delete(delivery);
    this.#record(delivery.key, open);
    if (--open.waiting === 0) this.#groups.settle(open.flush);
  }

  toState(): NotifierState {
    return { alerts: this.alerts(), groups: this.#groups.toState(), log: this.#log.toState() };
  }

  #flush(flush: GroupFlush, suppressionOf: (alert: Alert) => Suppression, now: number): Delivery[] {
    const { group, at } = flush;
    const alerts = isMutedRoute(group.route, this.#config.intervals, now)
      ? []
      : flush.alerts.filter((alert) => {
          const { silencedBy, inhibitedBy } = suppressionOf(alert);
          return silencedBy.length + inhibitedBy.length === 0;
        });
    const told = alerts.map((alert) => ({ alert, isResolved: isResolved(alert, at) }));
    const fingerprints = (resolved: boolean) =>
      told.filter((each) => each.isResolved === resolved).map(({ alert }) => alert.fingerprint);
    const sent = { firing: fingerprints(false), resolved: fingerprints(true) };
    const open: OpenFlush = { flush, sent, waiting: 0 };
    const deliveries = (told.length === 0 ? [] : this.#integrations(group.route)).flatMap((integration): Delivery[] => {
      const { kind, index, sendResolved } = integration;
      const key = `${group.route.receiver}/${kind}/${index}/${group.id}`;
      const reason = this.#log.reasonFor(key, sent, sendResolved, group.route.repeatIntervalMillis, at);
      if (reason === undefined) return [];
      const wanted = sendResolved ? told : told.filter((each) => !each.isResolved);
      if (wanted.length === 0) {
        this.#record(key, open);
        return [];
      }
      return [
        {
          key,
          reason,
          receiver: group.route.receiver,
          integration,
          groupKey: group.key,
          groupLabels: group.labels,
          alerts: wanted,
          at,
        },
      ];
    });
    open.waiting = deliveries.length;
    for (const delivery of deliveries) this.#open.set(delivery, open);
    if (deliveries.length === 0) this.#groups.settle(flush);
    return deliveries;
  }

  #record(key: string, { flush, sent }: OpenFlush): void {
    const { groupIntervalMillis, repeatIntervalMillis } = flush.group.route;
    this.#log.record(key, sent, Math.max(groupIntervalMillis, repeatIntervalMillis), flush.at);
  }

  #integrations({ receiver }: Route): readonly Integration[] {
    return this.#config.receivers.find(({ name }) => name === receiver)?.integrations ?? [];
  }

  /** Forgets what ended a while ago. */
  prune(now: number): void {
    this.#log.prune(now);
    const grouped = new Set(this.#groups.list().flatMap(({ alerts }) => [...alerts.keys()]));
    for (const [fingerprint, alert] of this.#alerts)
      if (alert.endsAt + KEEP_RESOLVED_MILLIS <= now && !grouped.has(fingerprint)) this.#alerts.delete(fingerprint);
  }
}
