/**
 * Where the other services are. Addresses change when a service is restarted or released anew; whoever supervises the
 * shop sends the new table. In: tables of base URLs. Out: the present base URL of a service.
 */

export type PeerTable = Record<string, string>;

export class Peers {
  #table: PeerTable;

  constructor(table: PeerTable = {}) {
    this.#table = table;
  }

  update(table: PeerTable): void {
    this.#table = table;
  }

  /** @throws when the service has no address (yet). */
  urlOf(service: string): string {
    const url = this.#table[service];
    if (url === undefined) throw new Error(`cannot find the address of ${service}; is it started?`);
    return url;
  }
}
