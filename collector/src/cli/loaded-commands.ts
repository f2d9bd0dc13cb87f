/** The commands with positionals and options of their own, each loaded when it is asked for. A new one is a file and a line here. */
import type { Command } from "./command.ts";

interface LoadedCommand {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const LOADED_COMMANDS = {
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
  rules: {
    summary: "check rule files, run their unit tests, or print the default rules",
    load: async () => (await import("./rules.ts")).rules,
  },
  replay: {
    summary: "run rules over a store's history, and print what would have fired",
    load: async () => (await import("./replay.ts")).replay,
  },
  health: {
    summary: "ask a running collector whether it is ready; for health checks of containers",
    load: async () => (await import("./health.ts")).health,
  },
  doctor: {
    summary: "check configuration, ports, clock, disk and limits, and say how to mend what is wrong",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  "send-test": {
    summary: "send a test trace with logs and metrics to a running collector, and read it back",
    load: async () => (await import("./send-test.ts")).sendTest,
  },
} as const satisfies Record<string, LoadedCommand>;

export type LoadedCommandName = keyof typeof LOADED_COMMANDS;
