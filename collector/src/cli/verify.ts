/** `verify`: checks every checksum of a store, decodes every section, and holds the indexes against the blocks. */
import { StoreFiles } from "../store/sqlite/files/store-files.ts";
import { verifyStore } from "../store/sqlite/files/verify-store.ts";
import type { Command } from "./command.ts";
import { formatCount } from "./format-table.ts";
import { Progress } from "./progress.ts";

export const verify: Command = {
  positionals: ["[DIR]"],
  options: {},
  details: `Reads everything and changes nothing; a collector may be running on the directory. Damaged parts are
listed on stdout, one a line; the exit code is 1 when there are any. Progress goes to stderr.`,
  examples: ["goldspan verify", "goldspan verify /var/lib/goldspan"],

  async run({ positionals: [directory] }, { streams: { stdout, stderr }, now, directoryOf }) {
    const files = new StoreFiles(directoryOf(directory));
    const progress = new Progress(stderr, now, true);
    const { partitions, blocks, records, requests, notes, damage } = verifyStore(files, (part, done) =>
      progress.show(part, done),
    );
    progress.end();
    for (const { part, problem } of damage) stdout.write(`damaged: ${part}: ${problem}\n`);
    for (const note of notes) stdout.write(`note: ${note}\n`);
    const amounts = [
      [partitions, "partitions"],
      [blocks, "blocks"],
      [records, "records"],
      [requests, "journaled requests"],
    ] as const;
    const looked = amounts.map(([count, what]) => `${formatCount(count)} ${what}`).join(", ");
    stdout.write(damage.length === 0 ? `all is well: ${looked}\n` : `${damage.length} parts are damaged: ${looked}\n`);
    return damage.length === 0 ? 0 : 1;
  },
};
