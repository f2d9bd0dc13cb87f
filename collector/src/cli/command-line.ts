/**
 * From argv to an exit code: parses, calls the command, and turns what went wrong into one readable text on stderr. Ends no process;
 * main.ts does.
 */
import { ConfigError } from "../config/config-error.ts";
import type { ConfigSources } from "../config/load-config.ts";
import type { Surroundings } from "../config/source.ts";
import type { Factory } from "../component/factory.ts";
import { DataDirectoryError } from "../store/sqlite/data-directory-error.ts";
import { loadConfig } from "../config/load-config.ts";
import { parseArguments, loadedCommandOf } from "./arguments.ts";
import { commandHelp, parseCommand } from "./command.ts";
import { configuredDirectory } from "./configured-directory.ts";
import { LOADED_COMMANDS, type LoadedCommandName } from "./loaded-commands.ts";
import { listComponents } from "./components.ts";
import { helpText } from "./help.ts";
import { printConfig } from "./print-config.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage.ts";
import { validate } from "./validate.ts";

export interface CommandLine {
  readonly argv: readonly string[];
  readonly factories: readonly Factory[];
  readonly surroundings: Surroundings;
  readonly streams: Streams;
  readonly version: string;
  /** Starts the collector and resolves with the exit code when it has ended. May throw ConfigError. */
  run(sources: ConfigSources): Promise<number>;
}

/**
 * 0 = well, 1 = the configuration is wrong or a store is missing or damaged, 2 = the command line is wrong. Any other error is
 * thrown on.
 */
export async function runCommandLine(commandLine: CommandLine): Promise<number> {
  const { argv, factories, surroundings, streams, version } = commandLine;
  try {
    const loaded = loadedCommandOf(argv);
    if (loaded) return await runLoadedCommand(loaded.name, loaded.rest, commandLine);
    const { command, sources } = parseArguments(argv);
    switch (command) {
      case "run":
        return await commandLine.run(sources);
      case "validate":
        return validate(sources, factories, surroundings, streams);
      case "print-config":
        return printConfig(sources, factories, surroundings, streams);
      case "components":
        return listComponents(factories, streams);
      case "version":
        streams.stdout.write(`${version}\n`);
        return 0;
      default:
        streams.stdout.write(helpText(version));
        return 0;
    }
  } catch (error) {
    if (error instanceof ConfigError || error instanceof DataDirectoryError) {
      streams.stderr.write(`${error.message}\n`);
      return 1;
    }
    if (error instanceof UsageError) {
      const command = loadedCommandOf(argv)?.name;
      streams.stderr.write(`${error.message}\nTry goldspan ${command === undefined ? "" : `${command} `}--help.\n`);
      return 2;
    }
    throw error;
  }
}

async function runLoadedCommand(
  name: LoadedCommandName,
  argv: readonly string[],
  commandLine: CommandLine,
): Promise<number> {
  const { factories, surroundings, streams, version } = commandLine;
  const { summary, load } = LOADED_COMMANDS[name];
  const command = await load();
  const { wantsHelp, sources, ...args } = parseCommand(name, command, argv);
  if (wantsHelp) {
    streams.stdout.write(commandHelp(name, summary, command));
    return 0;
  }
  return command.run(args, {
    streams,
    now: Date.now,
    version,
    variables: surroundings.variables,
    factories,
    configOf: (meant = sources) => loadConfig(meant, factories, surroundings),
    directoryOf: (named) => named ?? configuredDirectory(sources, factories, surroundings),
  });
}
