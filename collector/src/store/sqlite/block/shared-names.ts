/**
 * Resources, scopes and operations of all decoded blocks, each once: blocks say the same again and again, and what is cached of
 * each is then a list of references. Bounded: when there is too much, a new collection is begun, and the old one goes with the last
 * block that refers to it.
 */
import { ByteInterner } from "../../../base/byte-interner.ts";
import { decodeText } from "../../../base/protobuf.ts";
import type { RecordGroup } from "../../../model/record-batch.ts";
import type { Operation } from "./record-columns.ts";

const MOST_ENTRIES = 20_000;
const MOST_BYTES = 8 * 1024 * 1024;

export class SharedNames {
  readonly #ids = new ByteInterner(0x2545f491);
  readonly #bytes: Uint8Array[] = [];
  readonly #texts: string[] = [];
  readonly #groups = new Map<string, RecordGroup>();
  readonly #operations = new Map<string, Operation>();

  get isFull(): boolean {
    return (
      this.#ids.size > MOST_ENTRIES ||
      this.#ids.arenaLength > MOST_BYTES ||
      this.#groups.size + this.#operations.size > MOST_ENTRIES
    );
  }

  /** Numbers of byte strings, copied where they are new. */
  ids(texts: readonly Uint8Array[]): number[] {
    return texts.map((text) => {
      const id = this.#ids.intern(text, 0, text.length);
      if (id === this.#bytes.length) this.#bytes.push(new Uint8Array(text));
      return id;
    });
  }

  text(id: number): string {
    const bytes = this.#bytes[id];
    return (this.#texts[id] ??= decodeText(bytes, 0, bytes.length));
  }

  group(resource: number, scope: number): RecordGroup {
    const key = `${resource}/${scope}`;
    let group = this.#groups.get(key);
    if (!group) this.#groups.set(key, (group = { resource: this.#bytes[resource], scope: this.#bytes[scope] }));
    return group;
  }

  operation(service: number, kind: number, name: number): Operation {
    const key = `${service}/${kind}/${name}`;
    let operation = this.#operations.get(key);
    if (!operation)
      this.#operations.set(key, (operation = { service: this.text(service), kind, name: this.#bytes[name] }));
    return operation;
  }
}

let current = new SharedNames();

/** The thread's collection, for the names of one block. */
export function sharedNames(): SharedNames {
  if (current.isFull) current = new SharedNames();
  return current;
}
