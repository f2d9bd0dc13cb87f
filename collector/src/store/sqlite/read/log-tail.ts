/**
 * Following the log: asks the ingest thread a few times a second for what came, and hands it on in order of arrival. Expressions are tested
 * here, where a slow one holds up nothing but its own tail.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { QueryError } from "../../../base/errors.ts";
import { NO_LIMITS, openScope, runWithin } from "../../../base/work-scope.ts";
import { selectRecords } from "../../../model/edit-select.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { LogCondition } from "../../../model/log-condition.ts";
import { OpenLogBlock } from "../block/open-log-block.ts";
import type { AskHead } from "../head.ts";
import type { TailAnswer } from "../logs/log-tails.ts";
import { LogView } from "../logs/log-view.ts";
import { LogMatcher } from "../logs/match-condition.ts";
import { recordsOf } from "../logs/selection.ts";
import { withoutPatterns } from "../logs/without-patterns.ts";

const POLL_MILLIS = 250;
/** What a tail may take to look at what came between two questions: other work of the thread waits for it. */
const MOST_MILLIS = 2000;

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
    const asked = withoutPatterns(condition);
    // What is wrong with the condition is said here, where it is an error of its own kind.
    const matcher = new LogMatcher(condition, jsonBodies);
    const request = { tail: randomUUID(), condition: asked, jsonBodies };
    const next = async () => (await ask({ kind: "tailLogs", request })).tail as TailAnswer;
    try {
      while (!signal.aborted) {
        const { logs, missed, isRefused } = await next();
        if (isRefused) {
          const hint = "close a live tail that is not needed any more";
          throw new QueryError("cannot follow the log: too many do so already", undefined, hint);
        }
        if (logs) {
          const scope = openScope(signal, { ...NO_LIMITS, timeoutMillis: MOST_MILLIS });
          try {
            await runWithin(scope, () => {
              const hits = asked === condition ? logs : hitsOf(logs, matcher);
              return hits.count > 0 || missed > 0 ? visit(hits, missed) : undefined;
            });
          } finally {
            scope.close();
          }
        }
        // Rejects when aborted, which ends the loop.
        await pause(pollMillis, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await ask({ kind: "tailLogs", request: { ...request, ends: true } });
    }
  }
}

function hitsOf(logs: LogBatch, matcher: LogMatcher): LogBatch {
  const block = new OpenLogBlock(1, "few records");
  block.appendLogs(logs);
  const hits = recordsOf(matcher.matchFrom(new LogView(block), 0));
  return hits.length === logs.count ? logs : selectRecords(logs, hits);
}
