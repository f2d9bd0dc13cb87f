/**
 * Which blocks may hold a record that meets a condition, without opening them: by services, errors, the trace index and the signatures
 * of attributes and words. A block is passed over only when it certainly holds none: "or" needs all branches to say so, "not" never does.
 */
import { parseHex } from "../../../base/hex.ts";
import type { LogCondition, TextTest } from "../../../model/log-condition.ts";
import type { LogField } from "../../../model/log-field.ts";
import { aliasesOf, canonicalKey } from "../../../model/semconv.ts";
import { compileTextTest } from "../../../model/text-test.ts";
import { eachToken, tokensOf } from "../../../model/tokens.ts";
import { SEVERITY_ERROR } from "../block/seal-logs.ts";
import type { PartitionReader } from "../partition/partition-reader.ts";
import type { BlockRow } from "../partition/schema.ts";
import type { SignatureReader } from "../partition/signature-reader.ts";
import { requiredLiterals } from "./required-literals.ts";

export interface PrunedBlock {
  readonly partition: PartitionReader;
  readonly row: BlockRow;
}

/** False = certainly not. @throws CorruptionError */
export type MayMeet = (block: PrunedBlock) => boolean;

/** Blocks of a partition that may hold a trace's logs; undefined = all may. */
export type BlocksOfTrace = (partition: PartitionReader, traceId: Uint8Array) => ReadonlySet<number> | undefined;

const ALWAYS: MayMeet = () => true;

export function compilePruning(condition: LogCondition, blocksOf: BlocksOfTrace): MayMeet {
  switch (condition.kind) {
    case "and": {
      const parts = condition.of.map((each) => compilePruning(each, blocksOf)).filter(isTelling);
      if (parts.length === 0) return ALWAYS;
      return (block) => parts.every((part) => part(block));
    }
    case "or": {
      const parts = condition.of.map((each) => compilePruning(each, blocksOf));
      if (!parts.every(isTelling)) return ALWAYS;
      return (block) => parts.some((part) => part(block));
    }
    case "not":
      return ALWAYS;
    case "severity":
      return condition.least >= SEVERITY_ERROR ? ({ row }) => row.error_count > 0 : ALWAYS;
    case "field":
      return ofField(condition.field, condition.test, blocksOf);
  }
}

function isTelling(part: MayMeet): boolean {
  return part !== ALWAYS;
}

function ofField(field: LogField, test: TextTest, blocksOf: BlocksOfTrace): MayMeet {
  if (field.kind === "body") return holdsWords(wordsOf(test));
  if (test.kind !== "equals") return ALWAYS;
  if (field.kind === "trace_id") {
    const traceId = parseHex(test.text);
    if (traceId?.length !== 16) return () => false;
    const known = new Map<PartitionReader, ReadonlySet<number> | undefined>();
    return ({ partition, row }) => {
      if (!known.has(partition)) known.set(partition, blocksOf(partition, traceId));
      return known.get(partition)?.has(row.id) ?? true;
    };
  }
  if (field.kind !== "attribute" || test.text.includes("\ufffd") || !test.text.isWellFormed()) return ALWAYS;
  const attribute = holdsPair(canonicalKey(field.key), test.text);
  // Maps have members whether or not texts have.
  const members = aliasesOf(field.key).map((alias) => holdsMember([...tokensOf(alias), ...tokensOf(test.text)]));
  return (block) => attribute(block) || members.some((member) => member(block));
}

function holdsPair(key: string, value: string): MayMeet {
  const hashes = new PerPartition((signatures) => signatures.pairHash(key, value));
  return ({ partition, row }) => partition.signatures.mayHoldPair(row, hashes.of(partition));
}

/** @param words as tokensOf() gives them */
function holdsWords(words: readonly string[]): MayMeet {
  const known = words.filter((word) => !word.includes("\ufffd"));
  if (known.length === 0) return ALWAYS;
  const hashes = new PerPartition((signatures) => signatures.wordHashes(known));
  return ({ partition, row }) => hashes.of(partition).every((hash) => partition.signatures.mayHoldWord(row, hash));
}

/** The words of strings within JSON are in the signature as they read, and not only as they are written with escapes. */
function holdsMember(words: readonly string[]): MayMeet {
  const known = words.filter((word) => !word.includes("\ufffd"));
  if (known.length === 0) return () => true;
  const hashes = new PerPartition((signatures) => signatures.wordHashes(known));
  return ({ partition, row }) =>
    !partition.signatures.hasMemberWords(row) ||
    hashes.of(partition).every((hash) => partition.signatures.mayHoldWord(row, hash));
}

/** Words, as tokensOf() gives them, that each body which meets the test has. */
function wordsOf(test: TextTest): string[] {
  switch (test.kind) {
    case "words":
    case "phrase":
      return [...test.words];
    case "equals":
      return tokensOf(test.text);
    case "contains":
      return innerWords(test.text);
    case "regex":
      return requiredLiterals(test.pattern, test.ignoreCase).flatMap(innerWords);
    default:
      return [];
  }
}

/** Words of a text that end within it: at its edges they may go on. */
function innerWords(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const words: string[] = [];
  eachToken(bytes, 0, bytes.length, 0, (_, start, end) => {
    const isWhole = start > 0 && end < bytes.length;
    if (isWhole) words.push(...tokensOf(new TextDecoder().decode(bytes.subarray(start, end))));
  });
  return words;
}

/** Hashes are seeded for each partition. */
class PerPartition<T> {
  readonly #known = new Map<PartitionReader, T>();
  readonly #make: (signatures: SignatureReader) => T;

  constructor(make: (signatures: SignatureReader) => T) {
    this.#make = make;
  }

  of(partition: PartitionReader): T {
    let known = this.#known.get(partition);
    if (known === undefined) this.#known.set(partition, (known = this.#make(partition.signatures)));
    return known;
  }
}

/** What is known of a record when only its service is: "never" = it cannot meet the condition. */
export function mayMeetWithService(condition: LogCondition): ((service: string) => boolean) | undefined {
  const judge = compileService(condition);
  return judge && ((service) => judge(service) !== "never");
}

type Verdict = "never" | "maybe" | "always";
const OPPOSITE: Readonly<Record<Verdict, Verdict>> = { never: "always", maybe: "maybe", always: "never" };

/** Undefined = the condition asks for no service. */
function compileService(condition: LogCondition): ((service: string) => Verdict) | undefined {
  switch (condition.kind) {
    case "and":
    case "or": {
      const parts = condition.of.map(compileService);
      if (!parts.some((part) => part)) return undefined;
      const decisive = condition.kind === "and" ? "never" : "always";
      const other = condition.kind === "and" ? "always" : "never";
      return (service) => {
        const verdicts = parts.map((part): Verdict => (part ? part(service) : "maybe"));
        if (verdicts.includes(decisive)) return decisive;
        return verdicts.every((verdict) => verdict === other) ? other : "maybe";
      };
    }
    case "not": {
      const inner = compileService(condition.of);
      return inner && ((service) => OPPOSITE[inner(service)]);
    }
    case "field": {
      if (condition.field.kind !== "service") return undefined;
      const test = compileTextTest(condition.test);
      return (service) => (test(service) ? "always" : "never");
    }
    case "severity":
      return undefined;
  }
}
