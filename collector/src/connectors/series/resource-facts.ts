/**
 * What a connector knows of resources, decoded once for each distinct one: a batch's group costs one look-up of the resource's bytes, and
 * that only when a record asks for it. Bounded: beyond it everything is decoded afresh.
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import type { RecordGroup } from "../../model/record-batch.ts";

const MOST_RESOURCES = 4096;

export class ResourceFacts<F> {
  readonly #decode: (resource: Uint8Array) => F;
  readonly #ids = new ByteInterner(0x27d4eb2f);
  #facts: F[] = [];
  #groups: readonly RecordGroup[] = [];
  /** Of the batch's groups, as they are asked for. */
  #ofGroups: (F | undefined)[] = [];

  constructor(decode: (resource: Uint8Array) => F) {
    this.#decode = decode;
  }

  /** To be called with each batch's groups. */
  begin(groups: readonly RecordGroup[]): void {
    if (this.#facts.length > MOST_RESOURCES) this.forget();
    this.#groups = groups;
    this.#ofGroups = new Array<undefined>(groups.length).fill(undefined);
  }

  of(group: number): F {
    return (this.#ofGroups[group] ??= this.#find(this.#groups[group].resource));
  }

  forget(): void {
    this.#ids.clear();
    this.#facts = [];
  }

  #find(resource: Uint8Array): F {
    return (this.#facts[this.#ids.intern(resource, 0, resource.length)] ??= this.#decode(resource));
  }
}
