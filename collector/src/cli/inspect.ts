/** `inspect`: what lies in a store, for people: partitions, blocks and their sections, the journal, the indexes. */
import { StoreFiles } from "../store/sqlite/files/store-files.ts";
import type { Command } from "./command.ts";
import { StorePrinter } from "./inspect/store-printer.ts";
import { UsageError } from "./usage.ts";

export const inspect: Command = {
  positionals: ["[DIR]"],
  options: {
    block: { value: "N", summary: "print one block: its sections, signatures and operations" },
    journal: { summary: "print the journal's segments and records" },
    index: { summary: "print the trace index's runs and the operations" },
  },
  details: `Without options: partitions, blocks, what each kind of section takes, and the journal's segments. Reads
catalogues and headers, changes nothing; a collector may be running on the directory.`,
  examples: ["goldspan inspect", "goldspan inspect /var/lib/goldspan --block 17", "goldspan inspect --journal"],

  async run({ positionals: [directory], values }, { streams: { stdout }, directoryOf }) {
    const block = values.block === undefined ? undefined : Number(values.block);
    if (block !== undefined && !(Number.isSafeInteger(block) && block > 0))
      throw new UsageError(`cannot use --block ${values.block}: write a block's number, as inspect lists them`);
    const files = new StoreFiles(directoryOf(directory));
    const print = new StorePrinter(files, stdout);
    if (block !== undefined) return print.block(block) ? 0 : 1;
    if (values.journal === undefined && values.index === undefined) print.overview();
    if (values.journal !== undefined) print.records();
    if (values.index !== undefined) print.indexes();
    return print.isWhole ? 0 : 1;
  },
};
