/**
 * Which service answers at an address and port, learned from requests of which both spans came: so that a call that was refused or never
 * answered counts as one to that service, and not to a node called 127.0.0.1. Addresses are pairs of text numbers.
 */
import { ABSENT } from "../series/series-table.ts";

/** More are forgotten all at once, and learned again. */
const MOST_ADDRESSES = 4096;
/** Text numbers are below it. */
const TEXTS = 2 ** 24;

export class KnownAddresses {
  /** ABSENT: several services answer there, as behind a proxy. */
  readonly #services = new Map<number, number>();

  /** @param host @param port @param service text numbers; ABSENT where there is none */
  learn(host: number, port: number, service: number): void {
    if (host === ABSENT || port === ABSENT) return;
    const key = host * TEXTS + port;
    const known = this.#services.get(key);
    if (known === service || known === ABSENT) return;
    if (known === undefined && this.#services.size >= MOST_ADDRESSES) this.#services.clear();
    this.#services.set(key, known === undefined ? service : ABSENT);
  }

  /** ABSENT = nobody or more than one is known to answer there. */
  serviceAt(host: number, port: number): number {
    if (host === ABSENT || port === ABSENT) return ABSENT;
    return this.#services.get(host * TEXTS + port) ?? ABSENT;
  }

  /** Numbers of texts have changed. */
  clear(): void {
    this.#services.clear();
  }
}
