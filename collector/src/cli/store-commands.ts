/** The commands that work on a store's files, each loaded when it is asked for. A new one is a file and a line here. */
import type { Command } from "./command.ts";

interface StoreCommand {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const STORE_COMMANDS = {
  inspect: {
    summary: "print what lies in a store: partitions, blocks, journal, indexes",
    load: async () => (await import("./inspect.ts")).inspect,
  },
  verify: {
    summary: "check every checksum of a store and name each damaged part",
    load: async () => (await import("./verify.ts")).verify,
  },
  backup: {
    summary: "copy a store, also while a collector runs on it",
    load: async () => (await import("./backup.ts")).backup,
  },
  export: {
    summary: "write all spans, logs or metrics of a store as lines of JSON",
    load: async () => (await import("./export.ts")).exportCommand,
  },
} as const satisfies Record<string, StoreCommand>;

export type StoreCommandName = keyof typeof STORE_COMMANDS;
