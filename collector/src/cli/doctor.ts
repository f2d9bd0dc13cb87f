/**
 * `doctor`: looks at the configuration, the machine and the data directory, and says what is wrong and how to mend it, a line a check. Changes
 * nothing; a collector may be running. Exit code 0 = nothing failed, 1 = something did.
 */
import { ConfigError } from "../config/config-error.ts";
import { listListeners } from "../config/listeners.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import { defaultMaxMemory } from "../component/memory-limit.ts";
import type { Command, CommandContext } from "./command.ts";
import { checkClock, checkStore, checkTimeZone } from "./doctor/clock.ts";
import { checkDisk, ownerOf } from "./doctor/disk.ts";
import { fail, ok, warn, type Finding } from "./doctor/finding.ts";
import { checkMemory, checkOpenFiles, checkProcessors, checkProgram } from "./doctor/limits.ts";
import { checkPorts } from "./doctor/ports.ts";

interface StorageConfig {
  readonly directory: string;
  readonly max_disk: number;
  readonly max_memory: number;
}

export const doctor: Command = {
  positionals: [],
  options: { json: { summary: "print JSON: a list of { check, state, text, fix }" } },
  details: `Checks the configuration, each port (and who has it), the clock and the time zone, the data directory with its
disk, file system, rights and the time of a synced write, memory, open files, processors, Node and the
native code. A line each: ok, warn or fail, and what to do. What it writes to try the disk it deletes.
Exit codes: 0 = nothing failed, 1 = something did.`,
  examples: [
    "goldspan doctor",
    "goldspan doctor --config otel-config.yaml",
    "docker run --rm -v goldspan:/data goldspan doctor",
  ],

  async run({ values }, context) {
    const findings = await examine(context);
    const { stdout } = context.streams;
    const failures = findings.filter(({ state }) => state === "fail").length;
    if (values.json !== undefined) stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
    else {
      const width = Math.max(...findings.map(({ check }) => check.length));
      for (const { check, state, text, fix } of findings)
        stdout.write(`${state.padEnd(4)}  ${check.padEnd(width)}  ${text}${fix === undefined ? "" : `; ${fix}`}\n`);
      const warnings = findings.filter(({ state }) => state === "warn").length;
      stdout.write(
        `${count(findings.length, "check")}, ${count(warnings, "warning")}, ${count(failures, "failure")}\n`,
      );
    }
    return failures === 0 ? 0 : 1;
  },
};

async function examine({ configOf, factories, variables, now, version }: CommandContext): Promise<Finding[]> {
  const findings: Finding[] = [...checkProgram(version)];
  const native = findings.every(({ state }) => state !== "fail");
  let config: ResolvedConfig | undefined;
  try {
    config = configOf();
    findings.push(...judgeConfig(config));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.message.split("\n").slice(1);
    findings.push(
      ...lines.map((line) => fail("configuration", line.trim(), "mend it; what depends on it is not checked")),
    );
  }
  const stores = Object.entries(config?.extensions ?? {}).filter(
    ([id]) => /^storage(?:\/|$)/.test(id) && config?.service.extensions.includes(id),
  );
  if (config) {
    const own = stores.map(([, storage]) => ownerOf((storage as StorageConfig).directory));
    const owner = own.length === 0 ? undefined : (own.find((pid) => pid !== undefined) ?? null);
    findings.push(...(await checkPorts(listListeners(config, factories), owner)));
  }
  findings.push(await checkClock(now), checkTimeZone(variables.TZ));
  for (const [, storage] of stores) {
    const { directory, max_disk, max_memory } = storage as StorageConfig;
    findings.push(
      ...checkDisk(directory, max_disk),
      ...(native ? checkStore(directory, now()) : []),
      checkMemory(max_memory === 0 ? defaultMaxMemory() : max_memory),
    );
  }
  findings.push(...checkOpenFiles(), checkProcessors());
  return findings;
}

function judgeConfig({ service, warnings }: ResolvedConfig): Finding[] {
  const pipelines = Object.keys(service.pipelines).join(", ");
  return [
    ok("configuration", `valid; pipelines: ${pipelines}`),
    ...warnings.map((text) => warn("configuration", text, "goldspan print-config shows what takes effect")),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
