/** results.md: what a whole drill found, on which machine and at which commit. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { markdownOfOutcomes } from "./format-outcomes.ts";
import type { FaultOutcome } from "./try-fault.ts";

export interface DrillResults {
  readonly days: number;
  readonly series: number;
  readonly samples: number;
  readonly historySeconds: number;
  /** What was told before anything was wrong. */
  readonly early: readonly string[];
  readonly outcomes: readonly FaultOutcome[];
  /** What the normal day raised. */
  readonly raised: readonly string[];
  readonly daySeconds: number;
  readonly seconds: number;
}

/** Read when the drill begins: commits made while it runs are not what is drilled. */
const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], {
  cwd: import.meta.dirname,
  encoding: "utf8",
}).stdout?.trim();

const loadAtStart = loadavg()[1];

export function writeResults(results: DrillResults): void {
  const { days, series, samples, historySeconds, early, outcomes, raised, daySeconds, seconds } = results;
  const list = (texts: readonly string[]) => (texts.length === 0 ? "nothing" : texts.join("; "));
  const machine = `${cpus()[0].model.replace(/\s+/g, " ")}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, load average ${loadAtStart.toFixed(1)} before and ${loadavg()[1].toFixed(1)} after`;
  const text = `# Results

Written by \`npm run alert-drill\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit || "(none)"}; ${machine}. The whole drill took ${minutes(seconds)}. What it does: [README.md](README.md).

- History: ${days} days of ${series} series, ${samples} samples, taken in ${minutes(historySeconds)}.
- Told while nothing was wrong: **${list(early)}**.
- 24 hours of normal traffic, looked at every minute in ${minutes(daySeconds)}, raised: **${list(raised)}**.

${markdownOfOutcomes(outcomes)}
`;
  writeFileSync(join(import.meta.dirname, "results.md"), text);
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
