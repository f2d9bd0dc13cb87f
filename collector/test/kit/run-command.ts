/** The program's command line within the process of the test, and what it wrote. */
import { runCommandLine, type CommandLine } from "../../src/cli/command-line.ts";

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CommandParts {
  readonly factories?: CommandLine["factories"];
  /** What every configuration file that is asked for holds. */
  readonly config?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A collector that it would run ends with 0 at once. */
export async function runCommand(
  argv: readonly string[],
  { factories = [], config = "", variables = {} }: CommandParts = {},
): Promise<CommandResult> {
  let [stdout, stderr] = ["", ""];
  const code = await runCommandLine({
    argv,
    factories,
    surroundings: { variables, readFile: () => config },
    streams: {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    },
    version: "1.2.3",
    run: () => Promise.resolve(0),
  });
  return { code, stdout, stderr };
}
