/** Asks the signatures of a partition's blocks whether they may hold what a search looks for. */
import type Database from "better-sqlite3";
import { canonicalKey } from "../../../model/semconv.ts";
import { eachToken } from "../../../model/tokens.ts";
import type { AttributeCondition } from "../../store.ts";
import { CorruptionError, decodeSection } from "../block/section.ts";
import { keyHashOf, mayContain, mayContainFormat1, pairHash, partOf } from "../block/signature.ts";
import { signaturePartId, type BlockRow } from "./schema.ts";

export class SignatureReader {
  readonly #seed: number;
  readonly #part: Database.Statement;
  readonly #format1: (block: number) => Uint8Array;
  /** Of the last search: asking block after block hashes its conditions once. */
  #conditions: readonly AttributeCondition[] = [];
  #hashes: number[] = [];

  /** @param format1 gives the signature section of a block from format 1 */
  constructor(db: Database.Database, seed: number, format1: (block: number) => Uint8Array) {
    this.#seed = seed;
    this.#part = db.prepare("SELECT data FROM signature_part WHERE id = ?").pluck();
    this.#format1 = format1;
  }

  /** False = no record of the block meets all conditions. @throws CorruptionError */
  mayMeet(block: BlockRow, conditions: readonly AttributeCondition[]): boolean {
    if (conditions.length === 0) return true;
    if (conditions !== this.#conditions) {
      const encoder = new TextEncoder();
      this.#conditions = conditions;
      this.#hashes = conditions.map(({ key, value }) =>
        pairHash(keyHashOf(encoder.encode(canonicalKey(key)), this.#seed), encoder.encode(value)),
      );
    }
    if (block.attribute_parts > 0) return this.#hashes.every((hash) => this.#holds(block, "attributes", hash));
    const signature = this.#format1(block.id);
    return this.#hashes.every((hash) => mayContainFormat1(signature, hash));
  }

  /** False = no body of the block holds all words. @param words as tokensOf() gives them */
  mayHoldWords(block: BlockRow, words: readonly string[]): boolean {
    if (words.length === 0 || block.token_parts === 0) return true;
    const encoder = new TextEncoder();
    return words.every((word) => {
      const bytes = encoder.encode(word);
      let holds = true;
      eachToken(bytes, 0, bytes.length, this.#seed, (hash) => {
        holds &&= this.#holds(block, "tokens", hash);
      });
      return holds;
    });
  }

  #holds(block: BlockRow, of: "attributes" | "tokens", hash: number): boolean {
    const parts = of === "attributes" ? block.attribute_parts : block.token_parts;
    const part = partOf(hash, parts);
    const data = this.#part.get(signaturePartId(block.id, of, part)) as Buffer | undefined;
    if (!data) throw new CorruptionError(`the ${of} signature of block ${block.id} lacks part ${part}`);
    return mayContain(decodeSection(data), hash);
  }
}
