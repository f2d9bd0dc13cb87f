/** Asks the signatures of a partition's blocks whether they may hold what a search looks for. */
import type Database from "better-sqlite3";
import { release } from "../../../base/release.ts";
import { canonicalKey } from "../../../model/semconv.ts";
import { eachToken } from "../../../model/tokens.ts";
import type { AttributeCondition } from "../../store.ts";
import { CorruptionError, decodeSection } from "../block/section.ts";
import { keyHashOf, mayContain, mayContainFormat1, pairHash, partOf } from "../block/signature.ts";
import { memberWordsMark } from "../block/signature-of-block.ts";
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

  /** @param key its current name */
  pairHash(key: string, value: string): number {
    const encoder = new TextEncoder();
    return pairHash(keyHashOf(encoder.encode(key), this.#seed), encoder.encode(value));
  }

  /** @param words as tokensOf() gives them */
  wordHashes(words: readonly string[]): number[] {
    const hashes: number[] = [];
    for (const bytes of words.map((word) => new TextEncoder().encode(word)))
      eachToken(bytes, 0, bytes.length, this.#seed, (hash) => hashes.push(hash));
    return hashes;
  }

  /** False = no attribute of the block is the pair. @throws CorruptionError */
  mayHoldPair(block: BlockRow, hash: number): boolean {
    if (block.attribute_parts > 0) return this.#holds(block, "attributes", hash);
    return mayContainFormat1(this.#format1(block.id), hash);
  }

  /** False = no body of the block has the word. @throws CorruptionError */
  mayHoldWord(block: BlockRow, hash: number): boolean {
    return block.token_parts === 0 || this.#holds(block, "tokens", hash);
  }

  /** Whether words of strings within JSON are among the block's words as they read; see tokenHashes(). @throws CorruptionError */
  hasMemberWords(block: BlockRow): boolean {
    return block.token_parts > 0 && this.#holds(block, "tokens", memberWordsMark(this.#seed));
  }

  #holds(block: BlockRow, of: "attributes" | "tokens", hash: number): boolean {
    const parts = of === "attributes" ? block.attribute_parts : block.token_parts;
    const part = partOf(hash, parts);
    const data = this.#part.get(signaturePartId(block.id, of, part)) as Buffer | undefined;
    if (!data) throw new CorruptionError(`the ${of} signature of block ${block.id} lacks part ${part}`);
    const may = mayContain(decodeSection(data), hash);
    release(data);
    return may;
  }
}
