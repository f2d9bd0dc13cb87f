/**
 * The fingerprints that are known, and which exceptions belong to them. Bounded in all and for each service: a service that makes up
 * exceptions without end neither fills the memory nor takes the places of others.
 */
import { identifyException } from "../../model/exceptions/fingerprint.ts";
import { ExceptionGroup, type Sighting } from "./exception-group.ts";

/** Texts whose group is known without working it out. */
const MOST_KNOWN_TEXTS = 4096;
const MOST_KNOWN_CHARACTERS = 4_194_304;
/** Worked out in a second, at some 10 µs each; a storm of exceptions that are all different counts as overflow beyond it. */
const MOST_IDENTIFIED_PER_SECOND = 2000;

export interface TableLimits {
  readonly groups: number;
  readonly perService: number;
}

export interface Noted {
  readonly group: ExceptionGroup;
  /** Never seen before, as far as is remembered. */
  readonly isNew: boolean;
  /** The first one, or the first one of a version: what somebody waits for. */
  readonly isNews: boolean;
}

export class ExceptionTable {
  readonly #limits: TableLimits;
  readonly #groups = new Map<string, ExceptionGroup>();
  readonly #perService = new Map<string, number>();
  readonly #known = new Map<string, ExceptionGroup>();
  #knownCharacters = 0;
  #second = 0;
  #identified = 0;
  readonly #onForget: (group: ExceptionGroup) => void;

  constructor(limits: TableLimits, onForget: (group: ExceptionGroup) => void) {
    this.#limits = limits;
    this.#onForget = onForget;
  }

  get size(): number {
    return this.#groups.size;
  }

  groups(): Iterable<ExceptionGroup> {
    return this.#groups.values();
  }

  /** Groups from before. */
  load(groups: readonly ExceptionGroup[]): void {
    for (const group of groups) this.#add(group);
  }

  /** The group of an exception, which it is added to; undefined = there is no place for it. */
  note(sighting: Sighting, nowMillis: number): Noted | undefined {
    const { service, type, message, stacktrace } = sighting;
    const text = `${service}\0${type}\0${message}\0${stacktrace}`;
    const known = this.#known.get(text);
    const found = known ? { group: known, isNew: false } : this.#find(sighting, nowMillis);
    if (!found) return undefined;
    const isFirstOfVersion = found.group.add(sighting);
    if (!known) this.#remember(text, found.group);
    return { ...found, isNews: found.isNew || isFirstOfVersion };
  }

  #find(sighting: Sighting, nowMillis: number): Omit<Noted, "isNews"> | undefined {
    const second = Math.floor(nowMillis / 1000);
    if (second !== this.#second) [this.#second, this.#identified] = [second, 0];
    if (++this.#identified > MOST_IDENTIFIED_PER_SECOND) return undefined;
    const { fingerprint, culprit } = identifyException(sighting);
    const found = this.#groups.get(fingerprint);
    if (found) return { group: found, isNew: false };
    if ((this.#perService.get(sighting.service) ?? 0) >= this.#limits.perService) return undefined;
    const group = new ExceptionGroup(fingerprint, culprit, sighting, nowMillis);
    this.#add(group);
    return { group, isNew: true };
  }

  #add(group: ExceptionGroup): void {
    if (this.#groups.size >= this.#limits.groups) this.#makeRoom();
    this.#groups.set(group.fingerprint, group);
    this.#perService.set(group.service, (this.#perService.get(group.service) ?? 0) + 1);
  }

  /** A tenth goes at a time, so that sorting is rare. */
  #makeRoom(): void {
    const oldest = [...this.#groups.values()].sort((a, b) => (a.last < b.last ? -1 : 1));
    for (const group of oldest.slice(0, Math.ceil(this.#limits.groups / 10))) {
      this.#groups.delete(group.fingerprint);
      const left = (this.#perService.get(group.service) ?? 1) - 1;
      if (left > 0) this.#perService.set(group.service, left);
      else this.#perService.delete(group.service);
      this.#onForget(group);
    }
    this.#known.clear();
    this.#knownCharacters = 0;
  }

  #remember(text: string, group: ExceptionGroup): void {
    if (this.#known.size >= MOST_KNOWN_TEXTS || this.#knownCharacters + text.length > MOST_KNOWN_CHARACTERS) {
      this.#known.clear();
      this.#knownCharacters = 0;
    }
    this.#known.set(text, group);
    this.#knownCharacters += text.length;
  }
}
