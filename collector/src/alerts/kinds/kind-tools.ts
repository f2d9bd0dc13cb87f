/** What evaluators of kinds work with. Reads are shared by rules that are evaluated at the same time. */
import type { KindSample } from "../evaluate/alerting-rule.ts";
import { compilePattern } from "../../base/text-pattern.ts";
import type { DocumentStore, StoreReader } from "../../store/store.ts";

/** Statistics that are costly to make are kept here. */
export interface KindDocuments extends Pick<DocumentStore, "get" | "list"> {
  /** False, or rejected = not kept: it costs memory, and the work after a restart. */
  put(collection: string, key: string, value: unknown): Promise<boolean>;
}

export interface KindTools {
  readonly reader: StoreReader;
  readonly documents: KindDocuments;
  readonly share: Share;
}

/**
 * Runs a read once for all who ask for it under the same key and slot: the time of an evaluation, or the period in which an answer
 * stays good enough. Of each key the newest slot is kept.
 */
export type Share = <T>(key: string, slot: number, read: () => Promise<T>) => Promise<T>;

export type FoundSamples = readonly KindSample[];

const MOST_KEYS = 500;

export function createShare(): Share {
  const kept = new Map<string, { readonly slot: number; readonly answer: Promise<unknown> }>();
  return <T>(key: string, slot: number, read: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    if (known?.slot === slot) return known.answer as Promise<T>;
    if (kept.size >= MOST_KEYS) kept.clear();
    const answer = read();
    kept.set(key, { slot, answer });
    // The next who asks may have more luck.
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key);
    });
    return answer;
  };
}

/** @param pattern anchored RE2; "" = all */
export function textTest(pattern: string): (text: string) => boolean {
  if (pattern === "") return () => true;
  const compiled = compilePattern(pattern, { whole: true });
  return (text) => compiled.test(text);
}

export function nanosOf(millis: number): bigint {
  return BigInt(Math.max(0, Math.round(millis))) * 1_000_000n;
}
