/**
 * count_unique(field): distinct texts. Exact up to {@link MOST_EXACT} a slot (but for texts of equal 53-bit hash), then HyperLogLog with
 * 4,096 registers: 1.6 % off, typically (https://en.wikipedia.org/wiki/HyperLogLog).
 */
import { ABSENT_TEXT, type LogPiece } from "../../../model/log-piece.ts";
import type { ResolvedField } from "../plan/fields.ts";
import { NO_SLOT, type Accumulator } from "./accumulator.ts";
import { columnOf } from "./columns.ts";

const MOST_EXACT = 4096;
const REGISTER_BITS = 12;
const REGISTERS = 1 << REGISTER_BITS;

interface Distinct {
  /** Hashes; undefined = they became too many. */
  exact: Set<number> | undefined;
  registers: Uint8Array | undefined;
}

export class CountUnique implements Accumulator {
  readonly #of: ResolvedField;
  readonly #slots: (Distinct | undefined)[] = [];

  constructor(of: ResolvedField) {
    this.#of = of;
  }

  grow(): void {
    // Sets come with their first text.
  }

  add(piece: LogPiece, slots: Uint32Array): void {
    const { codes, texts } = columnOf(piece, this.#of);
    const hashes = new Float64Array(texts.length).fill(-1);
    for (let i = 0; i < piece.count; i++) {
      const code = codes[i];
      if (slots[i] === NO_SLOT || code === ABSENT_TEXT) continue;
      if (hashes[code] < 0) hashes[code] = hash53(texts[code]);
      addTo((this.#slots[slots[i]] ??= { exact: new Set(), registers: undefined }), hashes[code]);
    }
  }

  valueOf(from: number, to: number): number {
    if (to - from === 1) return sizeOf(this.#slots[from]);
    const all: Distinct = { exact: new Set(), registers: undefined };
    for (let slot = from; slot < to; slot++) mergeInto(all, this.#slots[slot]);
    return sizeOf(all);
  }
}

function addTo(distinct: Distinct, hash: number): void {
  if (distinct.exact) {
    distinct.exact.add(hash);
    if (distinct.exact.size > MOST_EXACT) toRegisters(distinct);
  } else register(distinct.registers as Uint8Array, hash);
}

function toRegisters(distinct: Distinct): Uint8Array {
  if (distinct.registers) return distinct.registers;
  distinct.registers = new Uint8Array(REGISTERS);
  for (const hash of distinct.exact ?? []) register(distinct.registers, hash);
  distinct.exact = undefined;
  return distinct.registers;
}

function register(registers: Uint8Array, hash: number): void {
  const index = hash % REGISTERS;
  const rest = Math.floor(hash / REGISTERS);
  // Leading zeros of the 41 bits that are left, and one.
  const rank = rest === 0 ? 42 : 41 - Math.floor(Math.log2(rest));
  if (rank > registers[index]) registers[index] = rank;
}

function mergeInto(all: Distinct, other: Distinct | undefined): void {
  if (other?.exact) for (const hash of other.exact) addTo(all, hash);
  else if (other?.registers) {
    const into = toRegisters(all);
    for (let i = 0; i < REGISTERS; i++) if (other.registers[i] > into[i]) into[i] = other.registers[i];
  }
}

function sizeOf(distinct: Distinct | undefined): number {
  if (!distinct) return 0;
  if (distinct.exact) return distinct.exact.size;
  let sum = 0;
  let empty = 0;
  for (const rank of distinct.registers as Uint8Array) {
    sum += 2 ** -rank;
    if (rank === 0) empty++;
  }
  const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS ** 2) / sum;
  return Math.round(raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw);
}

/** 53 bits of two 32-bit hashes that are mixed into each other. */
function hash53(text: string): number {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b >>> 11) * 4294967296 + (a >>> 0);
}
