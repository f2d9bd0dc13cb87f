/** What evaluators of kinds work with. Reads are shared by rules that are evaluated at the same time. */
import type { KindSample } from "../evaluate/alerting-rule.ts";
import { compilePattern } from "../../base/text-pattern.ts";
import { untilAborted } from "../../base/until-aborted.ts";
import { LimitError } from "../../base/work-scope.ts";
import type { DocumentStore, StoreReader } from "../../store/store.ts";

/** Statistics that are costly to make are kept here. */
export interface KindDocuments extends Pick<DocumentStore, "get" | "list"> {
  /** False, or rejected = not kept: it costs memory, and the work after a restart. */
  put(collection: string, key: string, value: unknown): Promise<boolean>;
}

/** Of one evaluation of a rule. */
export interface KindTools {
  /** Its reads have the signal. */
  readonly reader: StoreReader;
  readonly documents: KindDocuments;
  readonly share: Share;
  /** Carries the limits of all that is read; absent = none. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs a read once for all who ask for it under the same key and slot: the time of an evaluation, or the period in which an answer
 * stays good enough. Of each key the newest slot is kept.
 */
export type Share = <T>(key: string, slot: number, read: () => Promise<T>) => Promise<T>;

export type FoundSamples = readonly KindSample[];

const MOST_KEYS = 500;

interface SharedRead {
  readonly slot: number;
  readonly answer: Promise<unknown>;
  /** Of whoever began it. */
  readonly signal: AbortSignal | undefined;
}

/** Reads that are shared by all who get a {@link Share} of it; each waits for no longer than its own signal lets it. */
export function createShares(): (signal: AbortSignal | undefined) => Share {
  const kept = new Map<string, SharedRead>();
  return (signal) =>
    async <T>(key: string, slot: number, read: () => Promise<T>): Promise<T> => {
      for (let known = kept.get(key); known?.slot === slot; known = kept.get(key)) {
        try {
          return (await untilAborted(known.answer, signal)) as T;
        } catch (error) {
          // Whoever began it was stopped, or had less left to spend; what was broken off is kept no longer.
          if (known.signal === signal || signal?.aborted || !isBrokenOff(error)) throw error;
        }
      }
      if (kept.size >= MOST_KEYS) kept.clear();
      const answer = read();
      kept.set(key, { slot, answer, signal });
      // The next who asks may have more luck.
      answer.catch(() => {
        if (kept.get(key)?.answer === answer) kept.delete(key);
      });
      return untilAborted(answer, signal);
    };
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof LimitError || (error instanceof Error && error.name === "AbortError");
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
