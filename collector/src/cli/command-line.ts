/**
 * From argv to an exit code: parses, calls the command, and turns what went wrong into one readable text on stderr. Ends no process;
 * main.ts does.
 */
import { ConfigError } from "../config/config-error.ts";
import type { ConfigSources } from "../config/load-config.ts";
import type { Surroundings } from "../config/source.ts";
import type { Factory } from "../component/factory.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { listComponents } from "./components.ts";
import { helpText } from "./help.ts";
import { printConfig } from "./print-config.ts";
import type { Streams } from "./streams.ts";
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

/** 0 = well, 1 = the configuration is wrong, 2 = the command line is wrong. Any other error is thrown on. */
export async function runCommandLine(commandLine: CommandLine): Promise<number> {
  const { argv, factories, surroundings, streams, version } = commandLine;
  try {
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
    if (error instanceof ConfigError) {
      streams.stderr.write(`${error.message}\n`);
      return 1;
    }
    if (error instanceof UsageError) {
      streams.stderr.write(`${error.message}\nTry goldspan --help.\n`);
      return 2;
    }
    throw error;
  }
}
