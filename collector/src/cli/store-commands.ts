/** The commands that work on a store's files. A new one is a file and a line here. */
import { backup } from "./backup.ts";
import type { Command } from "./command.ts";
import { exportCommand } from "./export.ts";
import { inspect } from "./inspect.ts";
import { verify } from "./verify.ts";

export const STORE_COMMANDS = { inspect, verify, backup, export: exportCommand } as const satisfies Record<
  string,
  Command
>;

export type StoreCommandName = keyof typeof STORE_COMMANDS;
