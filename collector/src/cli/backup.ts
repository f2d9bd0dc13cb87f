/** `backup`: a consistent copy of a store, also while a collector runs on it. */
import { backupStore } from "../store/sqlite/files/backup-store.ts";
import { StoreFiles } from "../store/sqlite/files/store-files.ts";
import type { Command } from "./command.ts";
import { formatBytes } from "./format-table.ts";
import { Progress } from "./progress.ts";

export const backup: Command = {
  positionals: ["DIR", "TARGET"],
  options: {},
  details: `TARGET must not exist, or be an empty directory. It appears when the copy is whole; until then it is
TARGET.partial. The copy holds all that was acknowledged before the command began, and is a data
directory like any other: verify it, or start a collector on it.`,
  examples: ["goldspan backup /var/lib/goldspan /backup/2026-01-31"],

  async run({ positionals: [directory, target] }, { streams: { stdout, stderr }, now }) {
    const files = new StoreFiles(directory);
    const progress = new Progress(stderr, now, false);
    try {
      const { path, partitions, segments, bytes } = await backupStore(files, target, (part, done) =>
        progress.show(part, done),
      );
      progress.end();
      stdout.write(
        `copied ${partitions} partitions and ${segments} journal segments, ${formatBytes(bytes)}, to ${path}\n`,
      );
      return 0;
    } finally {
      progress.end();
    }
  },
};
