/** What a subcommand with options of its own is: the options as data, so that help, hints and checks come from one place. */
import { parseArgs } from "node:util";
import { nearest } from "../base/suggest.ts";
import type { Factory } from "../component/factory.ts";
import type { ConfigSources } from "../config/load-config.ts";
import { DEFAULT_CONFIG } from "../config/default-source.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import { UsageError } from "./usage.ts";
import type { Streams } from "./streams.ts";

export interface CommandOption {
  /** The name of its value in the help; absent = a switch. */
  readonly value?: string;
  readonly summary: string;
  /** May be given several times; its values then are lines of one text. */
  readonly repeats?: boolean;
}

export interface Command {
  /** In order; in brackets = may be left out. `[DIR]` stands for the configured data directory then. A last one with … may be several. */
  readonly positionals: readonly string[];
  /** Works on files that are named, with no configuration: it has no --config and no --set. */
  readonly needsNoConfig?: boolean;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** What the help says beside the options. */
  readonly details: string;
  readonly examples: readonly string[];
  /** Resolves with the exit code. @throws UsageError, DataDirectoryError */
  run(args: CommandArguments, context: CommandContext): Promise<number>;
}

export interface CommandArguments {
  readonly positionals: readonly string[];
  /** Options that were given; a switch is "". */
  readonly values: Readonly<Record<string, string | undefined>>;
}

export interface CommandContext {
  readonly streams: Streams;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly version: string;
  /** The environment's. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly factories: readonly Factory[];
  /** What these sources say, or those of the command line. @throws ConfigError */
  readonly configOf: (sources?: ConfigSources) => ResolvedConfig;
  /** The directory that was named, or the configured one. @throws ConfigError, UsageError */
  readonly directoryOf: (named: string | undefined) => string;
}

const HELP: Readonly<Record<string, CommandOption>> = { help: { summary: "print this text" } };

const SHARED: Readonly<Record<string, CommandOption>> = {
  config: {
    value: "SOURCE",
    summary: `the collector's configuration (when absent: ${DEFAULT_CONFIG} here, or the built-in)`,
  },
  set: { value: "KEY=VALUE", summary: "one value over the configuration" },
  ...HELP,
};

function sharedOf({ needsNoConfig }: Command): Readonly<Record<string, CommandOption>> {
  return needsNoConfig ? HELP : SHARED;
}

export interface ParsedCommand extends CommandArguments {
  readonly wantsHelp: boolean;
  readonly sources: ConfigSources;
}

/** @param argv behind the command's name. @throws UsageError */
export function parseCommand(name: string, command: Command, argv: readonly string[]): ParsedCommand {
  const known: Readonly<Record<string, CommandOption>> = { ...command.options, ...sharedOf(command) };
  const options = Object.fromEntries(
    Object.entries(known).map(([option, { value }]) => [
      option,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), short: SHORTS[option] },
    ]),
  );
  for (const option of Object.values(options)) if (option.short === undefined) delete option.short;
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const positionals: string[] = [];
  const values: Record<string, string> = {};
  const configs: string[] = [];
  const sets: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (!Object.hasOwn(known, token.name)) throw unknownOption(name, token.rawName, known);
    const takesValue = known[token.name].value !== undefined;
    if (takesValue && (token.value === undefined || token.value === ""))
      throw new UsageError(`cannot use ${token.rawName} without a value`);
    if (!takesValue && token.value !== undefined) throw new UsageError(`cannot give ${token.rawName} a value`);
    if (token.name === "config") configs.push(token.value as string);
    else if (token.name === "set") sets.push(token.value as string);
    else if (known[token.name].repeats && values[token.name] !== undefined) values[token.name] += `\n${token.value}`;
    else values[token.name] = token.value ?? "";
  }
  const most = /…\]?$/.test(command.positionals.at(-1) ?? "") ? Infinity : command.positionals.length;
  const least = command.positionals.filter((each) => !each.startsWith("[")).length;
  const wantsHelp = values.help !== undefined;
  if (positionals.length > most)
    throw new UsageError(`cannot use "${positionals[most]}" after ${name} ${command.positionals.join(" ")}`);
  if (positionals.length < least && !wantsHelp)
    throw new UsageError(
      `cannot run ${name} without ${command.positionals.filter((each) => !each.startsWith("[")).join(" and ")}`,
    );
  return {
    positionals,
    values,
    wantsHelp,
    sources: { configs, sets },
  };
}

const SHORTS: Readonly<Record<string, string | undefined>> = { config: "c", help: "h" };

/** @param summary what the command does, in a line */
export function commandHelp(name: string, summary: string, command: Command): string {
  const { positionals, options, details, examples } = command;
  const texts = Object.entries({ ...options, ...sharedOf(command) }).map(
    ([option, { value, summary: what }]) => [`--${option}${value === undefined ? "" : ` ${value}`}`, what] as const,
  );
  const width = Math.max(22, ...texts.map(([option]) => option.length + 2));
  const lines = texts.map(([option, what]) => `  ${option.padEnd(width)}${what}`);
  return `Usage: goldspan ${[name, ...positionals].join(" ")} [options]: ${summary}

${details}

Options:
${lines.join("\n")}

Examples:
${examples.map((example) => `  ${example}`).join("\n")}
`;
}

function unknownOption(name: string, rawName: string, known: Readonly<Record<string, CommandOption>>): UsageError {
  const names = Object.keys(known).map((option) => `--${option}`);
  const near = nearest(rawName, names);
  return new UsageError(
    `cannot understand the option ${rawName} of ${name}; ${near ? `did you mean ${near}?` : `options: ${names.join(", ")}`}`,
  );
}
