/**
 * Who guesses tokens has to wait. Different wrong tokens of a sender count, within a minute; one that is repeated counts once, so that a
 * program with an old token locks nobody out that comes from the same address.
 *
 * A token that is let in while its sender has to wait tells a guesser as much as one that never waits: nothing here can slow a guesser down
 * and let whoever knows the token pass at the same address. So who knows it passes where no number of guesses finds it, and waits where it is short.
 */
import { networkOf } from "../../component/sender.ts";

const MOST_GUESSES = 10;
const WINDOW_MILLIS = 60_000;
/** Some 1 KB each. */
const MOST_SENDERS = 5000;

/** Of text 2 bits a character, of random characters 4 and more: 20,000 tries a second need millions of years. */
const UNGUESSABLE_CHARACTERS = 32;
const UNGUESSABLE_ALPHABET = 10;

/** Whether somebody who tries as fast as this port answers may find it. */
export function isGuessable(token: string): boolean {
  return token.length < UNGUESSABLE_CHARACTERS || new Set(token).size < UNGUESSABLE_ALPHABET;
}

interface Tries {
  readonly since: number;
  /** Digests of tokens. */
  readonly wrong: Set<string>;
}

export class Guesses {
  readonly #senders = new Map<string, Tries>();

  /** Seconds that this sender has to wait before a token that it has not tried yet is looked at; 0 = none. */
  waitSeconds(address: string, digest: Buffer): number {
    const tries = this.#triesOf(networkOf(address));
    if (!tries || tries.wrong.size < MOST_GUESSES || tries.wrong.has(digest.toString("base64"))) return 0;
    return Math.max(1, Math.ceil((tries.since + WINDOW_MILLIS - Date.now()) / 1000));
  }

  /** @returns whether the sender has to wait from now on, and had not before */
  addWrong(address: string, digest: Buffer): boolean {
    const sender = networkOf(address);
    const tries = this.#triesOf(sender) ?? { since: Date.now(), wrong: new Set() };
    const before = tries.wrong.size;
    tries.wrong.add(digest.toString("base64"));
    this.#senders.set(sender, tries);
    if (this.#senders.size > MOST_SENDERS) {
      const [oldest] = this.#senders.keys();
      this.#senders.delete(oldest);
    }
    return before < MOST_GUESSES && tries.wrong.size === MOST_GUESSES;
  }

  #triesOf(sender: string): Tries | undefined {
    const tries = this.#senders.get(sender);
    if (!tries || Date.now() - tries.since < WINDOW_MILLIS) return tries;
    this.#senders.delete(sender);
    return undefined;
  }
}
