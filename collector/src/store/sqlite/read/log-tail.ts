/** Following the log: asks the ingest thread a few times a second for what came, and hands it on in order of arrival. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { QueryError } from "../../../base/errors.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { LogCondition } from "../../../model/log-condition.ts";
import type { AskHead } from "../head.ts";
import { LogMatcher } from "../logs/match-condition.ts";
import type { TailAnswer } from "../logs/log-tails.ts";

const POLL_MILLIS = 250;

export interface LogTailOptions {
  readonly ask: AskHead;
  readonly jsonBodies: boolean;
  readonly pollMillis?: number;
}

export class LogTail {
  readonly #options: LogTailOptions;

  constructor(options: LogTailOptions) {
    this.#options = options;
  }

  async tailLogs(
    condition: LogCondition,
    visit: (batch: LogBatch, missed: number) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { ask, jsonBodies, pollMillis = POLL_MILLIS } = this.#options;
    // What is wrong with the condition is said here, where it is an error of its own kind.
    void new LogMatcher(condition, jsonBodies);
    const request = { tail: randomUUID(), condition, jsonBodies };
    const next = async () => (await ask({ kind: "tailLogs", request })).tail as TailAnswer;
    try {
      while (!signal.aborted) {
        const { logs, missed, isRefused } = await next();
        if (isRefused) {
          const hint = "close a live tail that is not needed any more";
          throw new QueryError("cannot follow the log: too many do so already", undefined, hint);
        }
        if (logs) await visit(logs, missed);
        // Rejects when aborted, which ends the loop.
        await pause(pollMillis, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await ask({ kind: "tailLogs", request: { ...request, ends: true } });
    }
  }
}
