/**
 * Grouping: alerts that stand in one route with the same group labels wait for each other. A new group is due after group_wait (at once
 * when its alert is older than that), then every group_interval until it is empty. Pure: time comes from outside.
 */
import { isResolved, type Alert } from "./alert.ts";
import { formatLabels, type Labels } from "./labels.ts";
import { groupLabelsOf, matchRoutes, type Route } from "./route-tree.ts";

export interface Group {
  /** Unique: the route and the labels. */
  readonly id: string;
  /** As Alertmanager writes it: `{}/{service="api"}:{alertname="Down"}`. */
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly dueAt: number;
}

/** A group at the time it is due. */
export interface GroupFlush {
  readonly group: Group;
  /** When it was due: the grid that intervals are counted on, also when the clock comes late. */
  readonly at: number;
  /** Firing ones first, each by its start and labels. */
  readonly alerts: readonly Alert[];
}

type MutableGroup = Omit<Group, "alerts" | "dueAt"> & {
  readonly alerts: Map<string, Alert>;
  dueAt: number;
  /** From any moment it waits no longer than this. */
  mostWaitMillis: number;
};

export interface GroupState {
  readonly id: string;
  readonly dueAt: number;
  readonly fingerprints: readonly string[];
}

/** More groups than this are a mistake in group_by; each costs memory and messages. */
const MOST_GROUPS = 10_000;

export class AlertGroups {
  readonly #root: Route;
  readonly #mostGroups: number;
  readonly #groups = new Map<string, MutableGroup>();
  #refused = 0;

  constructor(root: Route, mostGroups = MOST_GROUPS) {
    this.#root = root;
    this.#mostGroups = mostGroups;
  }

  /** Alerts that found no place since the start, as there are too many groups. */
  get refused(): number {
    return this.#refused;
  }

  list(): readonly Group[] {
    return [...this.#groups.values()];
  }

  /** Into the group of each route that takes it. @param restoredDueAt when the group was due before a restart, by its id */
  add(alert: Alert, now: number, restoredDueAt?: ReadonlyMap<string, number>): void {
    for (const route of matchRoutes(this.#root, alert.labels)) {
      const labels = groupLabelsOf(route, alert.labels);
      const text = formatLabels(labels);
      const id = `${route.id}:${text}`;
      let group = this.#groups.get(id);
      if (!group) {
        // What has ended before anyone heard of it needs no group.
        if (isResolved(alert, now) && restoredDueAt?.get(id) === undefined) continue;
        if (this.#groups.size >= this.#mostGroups) {
          this.#refused++;
          continue;
        }
        const isOld = alert.startsAt + route.groupWaitMillis < now;
        const dueAt = restoredDueAt?.get(id) ?? (isOld ? now : now + route.groupWaitMillis);
        // Of one from before a restart it isn't known what it waits for.
        const mostWaitMillis = restoredDueAt
          ? Math.max(route.groupWaitMillis, route.groupIntervalMillis)
          : route.groupWaitMillis;
        group = { id, key: `${route.key}:${text}`, route, labels, alerts: new Map(), dueAt, mostWaitMillis };
        this.#groups.set(id, group);
      }
      group.alerts.set(alert.fingerprint, alert);
    }
  }

  /** The clock may have been set back: nothing waits for a time that it had come to. */
  follow(now: number): void {
    for (const group of this.#groups.values()) group.dueAt = Math.min(group.dueAt, now + group.mostWaitMillis);
  }

  /** The next time at which takeDue gives something; undefined when there are no groups. */
  nextDueAt(): number | undefined {
    let next: number | undefined;
    for (const { dueAt } of this.#groups.values()) if (next === undefined || dueAt < next) next = dueAt;
    return next;
  }

  /** The groups that are due, and sets when each is due next. */
  takeDue(now: number): GroupFlush[] {
    return [...this.#groups.values()]
      .filter(({ dueAt }) => dueAt <= now)
      .map((group) => {
        const { dueAt, route } = group;
        const next = dueAt + route.groupIntervalMillis;
        const isOnGrid = next > now;
        group.dueAt = isOnGrid ? next : now + route.groupIntervalMillis;
        group.mostWaitMillis = route.groupIntervalMillis;
        const at = isOnGrid ? dueAt : now;
        return { group, at, alerts: sortAlerts([...group.alerts.values()], at) };
      });
  }

  /** What a flush told of is done with: resolved alerts leave, unless they have changed since; an empty group goes. */
  settle({ group, alerts, at }: GroupFlush): void {
    const current = this.#groups.get(group.id);
    if (!current) return;
    for (const alert of alerts)
      if (isResolved(alert, at) && current.alerts.get(alert.fingerprint) === alert)
        current.alerts.delete(alert.fingerprint);
    if (current.alerts.size === 0) this.#groups.delete(group.id);
  }

  toState(): GroupState[] {
    return this.list().map(({ id, dueAt, alerts }) => ({ id, dueAt, fingerprints: [...alerts.keys()] }));
  }
}

function sortAlerts(alerts: Alert[], at: number): Alert[] {
  const keyed = alerts.map((alert) => ({
    alert,
    resolved: Number(isResolved(alert, at)),
    text: formatLabels(alert.labels),
  }));
  return keyed
    .sort((a, b) => a.resolved - b.resolved || a.alert.startsAt - b.alert.startsAt || (a.text < b.text ? -1 : 1))
    .map(({ alert }) => alert);
}
