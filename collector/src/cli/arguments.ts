/** The command line: argv -> which command with which configuration sources, or what is wrong with it. Reads and starts nothing. */
import { parseArgs } from "node:util";
import { nearest } from "../base/suggest.ts";
import type { ConfigSources } from "../config/load-config.ts";
import { LOADED_COMMANDS, type LoadedCommandName } from "./loaded-commands.ts";
import { UsageError } from "./usage.ts";

/** Command -> what it does, in the order of the help. The first is the default. */
export const COMMANDS = {
  run: "start the collector (what happens without a command)",
  validate: "check the configuration and say all that is wrong with it",
  "print-config": "print the configuration as it takes effect, defaults filled in, secrets hidden",
  inspect: LOADED_COMMANDS.inspect.summary,
  verify: LOADED_COMMANDS.verify.summary,
  backup: LOADED_COMMANDS.backup.summary,
  export: LOADED_COMMANDS.export.summary,
  rules: LOADED_COMMANDS.rules.summary,
  replay: LOADED_COMMANDS.replay.summary,
  health: LOADED_COMMANDS.health.summary,
  doctor: LOADED_COMMANDS.doctor.summary,
  "send-test": LOADED_COMMANDS["send-test"].summary,
  components: "list the receivers, processors, exporters, connectors and extensions of this build",
  help: "print this text",
  version: "print the version",
} as const;

export type CommandName = keyof typeof COMMANDS;

export interface Arguments {
  readonly command: CommandName;
  readonly sources: ConfigSources;
}

const OPTIONS = {
  config: { type: "string", multiple: true, short: "c" },
  set: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** The loaded command that a command line names, and the rest of it; undefined when it names none. */
export function loadedCommandOf(argv: readonly string[]): { name: LoadedCommandName; rest: string[] } | undefined {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind === "positional");
  if (first?.kind !== "positional" || !Object.hasOwn(LOADED_COMMANDS, first.value)) return undefined;
  return { name: first.value as LoadedCommandName, rest: argv.toSpliced(first.index, 1) };
}

/** @param argv without node and script. Throws UsageError. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { tokens, positionals } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const configs: string[] = [];
  const sets: string[] = [];
  let asked: CommandName | undefined;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    if (name === "help" || name === "version") asked = name;
    else if (name !== "config" && name !== "set") throw unknownOption(rawName);
    else if (value === undefined || value === "") throw new UsageError(`cannot use ${rawName} without a value`);
    else (name === "config" ? configs : sets).push(value);
  }
  const wrong = sets.find((setting) => !/^[^=]+=/.test(setting));
  if (wrong !== undefined) throw new UsageError(`cannot use --set ${wrong}: write --set a.b=value`);
  return { command: asked ?? commandOf(positionals), sources: { configs, sets } };
}

function commandOf([command = "run", ...more]: readonly string[]): CommandName {
  if (!Object.hasOwn(COMMANDS, command)) {
    const near = nearest(command, Object.keys(COMMANDS));
    const hint = near ? `did you mean "${near}"?` : `commands: ${Object.keys(COMMANDS).join(", ")}`;
    throw new UsageError(`cannot find the command "${command}"; ${hint}`);
  }
  if (more.length > 0) throw new UsageError(`cannot use "${more[0]}" after ${command}; give files with --config FILE`);
  return command as CommandName;
}

function unknownOption(rawName: string): UsageError {
  const known = Object.keys(OPTIONS).map((name) => `--${name}`);
  const near = nearest(rawName, known);
  return new UsageError(
    `cannot understand the option ${rawName}; ${near ? `did you mean ${near}?` : `options: ${known.join(", ")}`}`,
  );
}
