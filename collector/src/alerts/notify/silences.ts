/** Silences: label matchers with a begin and an end. Pure: times are given, the state is plain JSON, whoever keeps it keeps it. */
import { messageOf } from "../../base/errors.ts";
import type { Labels } from "./labels.ts";
import { Matcher, matchesAll, type MatcherText, type MatchOperator } from "./matcher.ts";

export interface Silence {
  readonly id: string;
  readonly matchers: readonly MatcherText[];
  /** Milliseconds since 1970; from startsAt on, and no more at endsAt. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly updatedAt: number;
}

export type SilenceState = "pending" | "active" | "expired";
export type NewSilence = Omit<Silence, "id" | "updatedAt"> & { readonly id?: string };

/** A silence that cannot be made, and why. */
export class SilenceError extends Error {
  override name = "SilenceError";
}

/** How long an expired silence is still shown. */
const RETENTION_MILLIS = 5 * 86_400_000;

export function silenceState({ startsAt, endsAt }: Silence, now: number): SilenceState {
  return now >= endsAt ? "expired" : now < startsAt ? "pending" : "active";
}

export class Silences {
  readonly #silences = new Map<string, { readonly silence: Silence; readonly matchers: readonly Matcher[] }>();
  readonly #newId: () => string;

  constructor(newId: () => string, state: readonly Silence[] = []) {
    this.#newId = newId;
    for (const silence of state) this.#put(silence);
  }

  /** By their end, the first to end first. */
  list(): Silence[] {
    return [...this.#silences.values()]
      .map(({ silence }) => silence)
      .sort((a, b) => a.endsAt - b.endsAt || (a.id < b.id ? -1 : 1));
  }

  get(id: string): Silence | undefined {
    return this.#silences.get(id)?.silence;
  }

  /**
   * Makes a silence, or changes the one whose id is given. What would change the past (other matchers, another begin of an active one,
   * anything of an expired one) ends the old one and makes a new one. Returns the id. @throws SilenceError
   */
  set(wanted: NewSilence, now: number): string {
    const old = wanted.id === undefined || wanted.id === "" ? undefined : this.get(wanted.id);
    if (wanted.id && !old) throw new SilenceError(`there is no silence ${wanted.id}`);
    const checked = checkSilence(wanted, now);
    if (old && canChange(old, checked, now)) {
      this.#put({
        ...checked,
        id: old.id,
        startsAt: silenceState(old, now) === "active" ? old.startsAt : checked.startsAt,
        updatedAt: now,
      });
      return old.id;
    }
    if (old && silenceState(old, now) !== "expired") this.expire(old.id, now);
    const id = this.#newId();
    this.#put({ ...checked, id, startsAt: Math.max(checked.startsAt, now), updatedAt: now });
    return id;
  }

  /** Ends it now. @throws SilenceError when there is none or it has ended */
  expire(id: string, now: number): void {
    const silence = this.get(id);
    if (!silence) throw new SilenceError(`there is no silence ${id}`);
    if (silenceState(silence, now) === "expired") throw new SilenceError(`the silence ${id} has ended already`);
    this.#put({ ...silence, startsAt: Math.min(silence.startsAt, now), endsAt: now, updatedAt: now });
  }

  /** The ids of the active silences that match. */
  silencedBy(labels: Labels, now: number): string[] {
    return [...this.#silences.values()]
      .filter(({ silence, matchers }) => silenceState(silence, now) === "active" && matchesAll(matchers, labels))
      .map(({ silence }) => silence.id);
  }

  /** Drops what ended long ago. */
  prune(now: number): void {
    for (const [id, { silence }] of this.#silences)
      if (silence.endsAt + RETENTION_MILLIS <= now) this.#silences.delete(id);
  }

  /** What the constructor takes. */
  toState(): Silence[] {
    return this.list();
  }

  #put(silence: Silence): void {
    const matchers = silence.matchers.map(({ name, operator, value }) => new Matcher(name, operator, value));
    this.#silences.set(silence.id, { silence, matchers });
  }
}

function checkSilence(
  { matchers, startsAt, endsAt, createdBy, comment }: NewSilence,
  now: number,
): Omit<Silence, "id" | "updatedAt"> {
  if (matchers.length === 0)
    throw new SilenceError("cannot make a silence without matchers: it would silence everything");
  let matchesEmpty = true;
  const texts = matchers.map(({ name, operator, value }) => {
    if (name === "") throw new SilenceError("a matcher needs the name of a label");
    const matcher = compile(name, operator, value);
    matchesEmpty &&= matcher.matches({});
    return { name, operator, value };
  });
  if (matchesEmpty)
    throw new SilenceError(
      "cannot make a silence whose matchers all match a missing label: it would silence everything",
    );
  if (endsAt <= startsAt) throw new SilenceError("a silence ends after it starts; swap startsAt and endsAt");
  if (endsAt <= now) throw new SilenceError("a silence cannot end in the past");
  return { matchers: texts, startsAt, endsAt, createdBy, comment };
}

function compile(name: string, operator: MatchOperator, value: string): Matcher {
  try {
    return new Matcher(name, operator, value);
  } catch (error) {
    throw new SilenceError(`cannot read ${JSON.stringify(value)} as an expression for ${name}: ${messageOf(error)}`);
  }
}

function canChange(old: Silence, wanted: Omit<Silence, "id" | "updatedAt">, now: number): boolean {
  if (JSON.stringify(old.matchers) !== JSON.stringify(wanted.matchers)) return false;
  const state = silenceState(old, now);
  if (state === "expired") return false;
  return state === "active" ? wanted.startsAt === old.startsAt : wanted.startsAt >= now;
}
