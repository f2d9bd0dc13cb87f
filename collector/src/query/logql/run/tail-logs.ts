/** Following the log: entries that a pipeline lets through as they arrive. */
import type { LogBatch } from "../../../model/log-batch.ts";
import type { StoreReader } from "../../../store/store.ts";
import type { LogSelector } from "../parse/ast.ts";
import { conditionOf } from "../plan/condition.ts";
import { knownKeys } from "../plan/known-keys.ts";
import { Entry } from "./entry.ts";
import { eachEntry } from "./rows.ts";
import { compileSelector } from "./scan-entries.ts";
import { copyOf, type FoundEntry } from "./search-logs.ts";

export type TailReader = Pick<StoreReader, "tailLogs" | "suggestAttributes">;

/**
 * Calls `visit` with entries of a batch, in order of arrival, until the signal aborts. `missed` counts records that the store had no
 * room to hold for a slow reader.
 * @param onOpen what arrives from now on is told of
 */
export async function tailEntries(
  reader: TailReader,
  logs: LogSelector,
  signal: AbortSignal,
  visit: (entries: readonly FoundEntry[], missed: number) => void,
  onOpen: () => void,
): Promise<void> {
  const condition = conditionOf(logs, await knownKeys(logs, reader, signal));
  const selects = compileSelector(logs);
  const entry = new Entry();
  const following = reader.tailLogs(
    condition,
    (batch: LogBatch, missed: number) => {
      const found: FoundEntry[] = [];
      eachEntry(batch, entry, () => void (selects(entry) && found.push(copyOf(entry))));
      if (found.length > 0 || missed > 0) visit(found, missed);
    },
    signal,
  );
  onOpen();
  await following;
}
