/**
 * Every alert that fired, from then until it was resolved, and who was told of it: documents, bounded by number and age. Those that go
 * on, and those that ended within the hour, are held in memory too. Writes nothing itself: it hands out what changed.
 */
import type { DocumentChange, DocumentStore } from "../../store/store.ts";
import type { Evidence } from "../channels/notification.ts";
import type { Told } from "../send/sending.ts";
import { subjectOf } from "./alert-subject.ts";
import type { Episode, EpisodeQuery, KnownAlert } from "./alerting-service.ts";

const COLLECTION = "alert-history";
const MOST_EPISODES = 5_000;
const MOST_TOLD = 50;
/** The last word on an alert goes out up to a group_interval after its end, and may wait in the queue. */
const HELD_MILLIS = 3_600_000;

export class AlertHistory {
  readonly #documents: Pick<DocumentStore, "get" | "list">;
  /** Going on, or ended lately; by id. */
  readonly #held = new Map<string, Episode>();
  /** The newest one of each fingerprint, of those held. */
  readonly #newest = new Map<string, string>();
  readonly #dirty = new Set<string>();

  constructor(documents: Pick<DocumentStore, "get" | "list">) {
    this.#documents = documents;
  }

  async open(now: number): Promise<void> {
    for (const { value } of await this.#documents.list(COLLECTION)) {
      const episode = value as Episode;
      if ((episode.resolvedAtMillis ?? now) + HELD_MILLIS > now) this.#hold(episode);
    }
  }

  /** Episodes that go on. */
  goingOn(): Episode[] {
    return [...this.#held.values()].filter(({ resolvedAtMillis }) => resolvedAtMillis === undefined);
  }

  /** The one that goes on. */
  goingOnOf(fingerprint: string): Episode | undefined {
    const episode = this.#held.get(this.#newest.get(fingerprint) ?? "");
    return episode?.resolvedAtMillis === undefined ? episode : undefined;
  }

  /** A firing alert, seen for the first time. */
  begin(alert: KnownAlert, firedAtMillis: number): void {
    const { id, fingerprint, labels, annotations, activeAtMillis, value, rule } = alert;
    this.#put({
      id,
      fingerprint,
      labels,
      annotations,
      ...subjectOf(labels),
      activeAtMillis,
      firedAtMillis,
      ...(rule && { ruleId: rule.id }),
      ...(value !== undefined && Number.isFinite(value) && { value }),
      told: [],
    });
  }

  end(id: string, resolvedAtMillis: number): void {
    const episode = this.#held.get(id);
    if (episode && episode.resolvedAtMillis === undefined) this.#put({ ...episode, resolvedAtMillis });
  }

  explain(id: string, evidence: Evidence): void {
    const episode = this.#held.get(id);
    if (episode) this.#put({ ...episode, ...subjectOf(episode.labels, evidence) });
  }

  /** Of each alert in it. */
  tell(told: Told): void {
    for (const fingerprint of told.alerts) {
      const episode = this.#held.get(this.#newest.get(fingerprint) ?? "");
      if (!episode) continue;
      const others = episode.told.filter(({ id }) => id !== told.id);
      this.#put({ ...episode, told: [...others, told].sort((a, b) => a.at - b.at).slice(-MOST_TOLD) });
    }
  }

  takeChanges(): DocumentChange[] {
    const changes = Array.from(this.#dirty, (key) => ({ collection: COLLECTION, key, value: this.#held.get(key) }));
    this.#dirty.clear();
    return changes;
  }

  async get(id: string): Promise<Episode | undefined> {
    return this.#held.get(id) ?? ((await this.#documents.get(COLLECTION, id)) as Episode | undefined);
  }

  async list({ startMillis, endMillis, service, fingerprint, limit }: EpisodeQuery): Promise<Episode[]> {
    const stored = (await this.#documents.list(COLLECTION)).map(({ value }) => value as Episode);
    const all = new Map(stored.map((episode) => [episode.id, episode]));
    for (const [id, episode] of this.#held) all.set(id, episode);
    return [...all.values()]
      .filter(
        (episode) =>
          episode.firedAtMillis <= endMillis &&
          (episode.resolvedAtMillis ?? Infinity) >= startMillis &&
          (service === undefined || episode.service === service) &&
          (fingerprint === undefined || episode.fingerprint === fingerprint),
      )
      .sort(newestFirst)
      .slice(0, limit);
  }

  /** Lets go of what ended; returns the ids of what is to be forgotten for good, with their documents' deletion. */
  async prune(now: number, keepMillis: number): Promise<{ ids: string[]; changes: DocumentChange[] }> {
    for (const [id, { resolvedAtMillis, fingerprint }] of this.#held) {
      if (resolvedAtMillis === undefined || resolvedAtMillis + HELD_MILLIS > now || this.#dirty.has(id)) continue;
      this.#held.delete(id);
      if (this.#newest.get(fingerprint) === id) this.#newest.delete(fingerprint);
    }
    const stored = (await this.#documents.list(COLLECTION)).map(({ value }) => value as Episode).sort(newestFirst);
    const ids = stored
      .filter(({ id, resolvedAtMillis = now }, i) => {
        return !this.#held.has(id) && (i >= MOST_EPISODES || resolvedAtMillis + keepMillis < now);
      })
      .map(({ id }) => id);
    return { ids, changes: ids.map((key) => ({ collection: COLLECTION, key, value: undefined })) };
  }

  #hold(episode: Episode): void {
    this.#held.set(episode.id, episode);
    const newest = this.#held.get(this.#newest.get(episode.fingerprint) ?? "");
    if (!newest || newest.firedAtMillis <= episode.firedAtMillis) this.#newest.set(episode.fingerprint, episode.id);
  }

  #put(episode: Episode): void {
    this.#hold(episode);
    this.#dirty.add(episode.id);
  }
}

function newestFirst(a: Episode, b: Episode): number {
  return b.firedAtMillis - a.firedAtMillis || (a.id < b.id ? -1 : 1);
}
