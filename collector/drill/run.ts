/** The alert drill; see README.md. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXPECTED_FAULTS, type ExpectedFault } from "./expected-faults.ts";
import { learnSeries, type LearntSeries } from "./learn-series.ts";
import { run, startCollector, startShop } from "./processes.ts";
import { startWebhook } from "./told-webhook.ts";
import { awaitCalm, sleep, tryFault, type FaultOutcome } from "./try-fault.ts";
import { writeHistory } from "./write-history.ts";

const LEARN_SECONDS = 90;
const SETTLE_MILLIS = 150_000;
/** Evaluations of a normal day: a share of a second each. */
const MINUTES_OF_DAY = 1440;

const { values } = parseArgs({
  options: {
    faults: { type: "string" },
    "no-day": { type: "boolean", default: false },
    days: { type: "string", default: "14" },
    seconds: { type: "string", default: "60" },
    keep: { type: "boolean", default: false },
  },
});

const say = (text: string) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const directory = mkdtempSync(join(tmpdir(), "goldspan-drill-"));
process.once("exit", () => {
  if (values.keep) say(`kept: ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
});

function chosenFaults(): readonly ExpectedFault[] {
  const names = values.faults?.split(",").map((name) => name.trim().replaceAll("-", "_"));
  const unknown = names?.find((name) => EXPECTED_FAULTS.every(({ fault }) => fault !== name));
  if (unknown)
    throw new Error(
      `cannot find the fault ${unknown}; there are ${EXPECTED_FAULTS.map(({ fault }) => fault).join(", ")}`,
    );
  return EXPECTED_FAULTS.filter(({ fault }) => !names || names.includes(fault));
}

/** A directory of the drill with what a collector needs in it. */
function place(name: string, notify?: string): { directory: string; targets: string; notify?: string } {
  const own = join(directory, name);
  mkdirSync(own);
  const targets = join(own, "targets.json");
  writeFileSync(targets, "[]");
  if (notify === undefined) return { directory: own, targets };
  const file = join(own, "alertmanager.yml");
  writeFileSync(file, notify);
  return { directory: own, targets, notify: file };
}

async function learn(): Promise<LearntSeries[]> {
  say(`learning for ${LEARN_SECONDS} s what a healthy shop is like`);
  const at = place("learn");
  const collector = await startCollector(at);
  const shop = await startShop(`http://127.0.0.1:${collector.ports.otlp_http}`, at.targets, at.directory);
  try {
    await sleep(30_000);
    return await learnSeries(`http://127.0.0.1:${collector.ports.web}`, LEARN_SECONDS);
  } finally {
    await shop.stop();
    await collector.stop();
  }
}

/** Episodes of the day before `endMillis`. */
async function replayDay(data: string, endMillis: number): Promise<string[]> {
  say("a normal day is replayed");
  const { code, text } = await run([
    "collector/src/main.ts",
    "replay",
    "--rules",
    "default",
    "--since",
    new Date(endMillis - 86_400_000).toISOString(),
    "--until",
    new Date(endMillis).toISOString(),
    "--steps",
    String(MINUTES_OF_DAY),
    "--json",
    data,
  ]);
  if (text.trim() === "") return [`replay ended with ${code}`];
  const { rules } = JSON.parse(text) as { rules: { name: string; error: string; episodes: { labels: object }[] }[] };
  const errors = rules.filter(({ error }) => error !== "").map(({ name, error }) => `${name}: ${error}`);
  if (code !== 0 && errors.length === 0) errors.push(`replay ended with ${code}`);
  return [
    ...errors,
    ...rules.flatMap(({ name, episodes }) => episodes.map(({ labels }) => `${name} ${JSON.stringify(labels)}`)),
  ];
}

function formatOutcomes(outcomes: readonly FaultOutcome[]): string {
  const rows = outcomes.map(({ fault, seconds, alert, service, operation, trace, others, isGood }) => [
    isGood ? "good" : "SHORT",
    fault,
    seconds === undefined ? "never" : `${seconds.toFixed(1)} s`,
    alert,
    service,
    operation,
    trace,
    others.join(", "),
  ]);
  const table = [
    ["", "fault", "told after", "alert", "service", "operation", "trace that shows it", "also told"],
    ...rows,
  ];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const faults = chosenFaults();
const series = await learn();
const webhook = await startWebhook();
const notify = `route: { receiver: drill, group_by: [alertname, service_name], group_wait: 5s, group_interval: 10s }
receivers: [{ name: drill, webhook_configs: [{ url: "${webhook.url}" }] }]
`;
const at = place("drill", notify);
const collector = await startCollector(at);
const web = `http://127.0.0.1:${collector.ports.web}`;
const endMillis = Date.now() - 30_000;
let failures = 0;
try {
  say(`writing ${values.days} days of ${series.length} series`);
  const samples = await writeHistory({
    web,
    series,
    endMillis,
    days: Number(values.days),
    onProgress: () => undefined,
  });
  say(`${samples} samples written`);
  const shop = await startShop(`http://127.0.0.1:${collector.ports.otlp_http}`, at.targets, at.directory);
  try {
    const control = `http://127.0.0.1:${shop.ports.control}`;
    say("the shop runs; waiting until it has settled");
    await sleep(SETTLE_MILLIS);
    const early = webhook.told.map(({ labels, annotations }) => `${labels.alertname}: ${annotations.summary}`);
    process.stdout.write(`told while nothing was wrong: ${early.length === 0 ? "nothing" : early.join("; ")}\n`);
    failures += early.length;
    const outcomes: FaultOutcome[] = [];
    for (const expected of faults) {
      if (!(await awaitCalm({ web }))) say("alerts still fire; going on");
      say(`${expected.fault} is switched on`);
      const outcome = await tryFault({ web, control, webhook, seconds: Number(values.seconds) }, expected);
      outcomes.push(outcome);
      say(formatOutcomes([outcome]).split("\n")[1]);
    }
    process.stdout.write(`${formatOutcomes(outcomes)}\n`);
    failures += outcomes.filter(({ isGood }) => !isGood).length;
  } finally {
    await shop.stop();
  }
} finally {
  await collector.stop();
  await webhook.close();
}
if (!values["no-day"]) {
  const raised = await replayDay(join(at.directory, "data"), endMillis);
  process.stdout.write(`24 hours of normal traffic raised: ${raised.length === 0 ? "nothing" : raised.join("; ")}\n`);
  failures += raised.length;
}
process.stdout.write(failures === 0 ? "everything as promised\n" : `${failures} not as promised\n`);
process.exitCode = failures === 0 ? 0 : 1;
