/** Opens a signal's journal after whatever ended the process before, and gives back what no sealed block covers. */
import { Journal, type JournalOptions } from "./journal.ts";
import type { JournalRecord } from "./journal-record.ts";
import { replayJournal } from "./replay.ts";
import type { DataDirectory } from "../data-directory.ts";
import type { GroupCommit, GroupCommitParts } from "../group-commit.ts";
import type { Partitions } from "../partitions.ts";
import type { StoreLog } from "../../store.ts";

export interface RecoverOptions<B, H> {
  readonly signal: GroupCommitParts["signal"];
  readonly directory: DataDirectory;
  readonly partitions: Partitions;
  readonly log: StoreLog;
  readonly journal: JournalOptions;
  readonly onDamage: (() => void) | undefined;
  /** Throws DecodeError: then the request is left out, aloud. */
  readonly decode: (record: JournalRecord) => B;
  readonly open: (journal: Journal) => H;
}

export function recover<B, H extends Pick<GroupCommit<B, unknown>, "replay" | "seal">>(
  options: RecoverOptions<B, H>,
): H {
  const { signal, directory, partitions, log, onDamage, decode, open } = options;
  const path = directory.journal(signal);
  const covered = partitions.covered[signal];
  const records: JournalRecord[] = [];
  const found = replayJournal(path, signal, covered, (record) => records.push(record));
  const journal = new Journal(path, signal, Math.max(covered, found.lastSequence) + 1, found.segments, options.journal);
  journal.drop(covered);
  const head = open(journal);
  for (const record of records) {
    const { sequence, digest } = record;
    let batch: B;
    try {
      batch = decode(record);
    } catch (error) {
      log.error("cannot decode a journaled request: it is left out", { signal, sequence, error });
      continue;
    }
    head.replay(batch, sequence, digest);
  }
  // What was saved from a damaged segment must be on disk elsewhere before the segment goes.
  if (found.damaged.length > 0) {
    head.seal();
    partitions.syncNow();
  }
  for (const { path: damaged, reason } of new Map(found.damaged.map((damage) => [damage.path, damage])).values()) {
    onDamage?.();
    log.error("cannot read all of a journal segment: it was set aside and the rest is served", {
      file: damaged,
      moved_to: directory.quarantine(damaged),
      reason,
    });
  }
  if (found.replayed > 0 || found.tornBytes > 0) {
    const { replayed: requests, covered: before, tornBytes } = found;
    log.info("recovered the journal", { signal, requests, covered: before, torn_bytes: tornBytes });
  }
  return head;
}
