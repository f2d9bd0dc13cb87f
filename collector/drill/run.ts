/** The alert drill; see README.md. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXPECTED_FAULTS, type ExpectedFault } from "./expected-faults.ts";
import { formatOutcomes } from "./format-outcomes.ts";
import { learnSeries, type LearntSeries } from "./learn-series.ts";
import { run, startCollector, startShop } from "./processes.ts";
import { startWebhook } from "./told-webhook.ts";
import { awaitCalm, sleep, tryFault, type FaultOutcome } from "./try-fault.ts";
import { writeHistory } from "./write-history.ts";
import { writeResults } from "./write-results.ts";

const LEARN_SECONDS = 90;
const SETTLE_MILLIS = 150_000;
/** Evaluations of a normal day. */
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

const began = performance.now();
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
const early: string[] = [];
const outcomes: FaultOutcome[] = [];
let samples = 0;
let historySeconds = 0;
try {
  say(`writing ${values.days} days of ${series.length} series`);
  const beganHistory = performance.now();
  samples = await writeHistory({
    web,
    series,
    endMillis,
    days: Number(values.days),
    onProgress: () => undefined,
  });
  historySeconds = secondsSince(beganHistory);
  say(`${samples} samples written in ${historySeconds.toFixed(0)} s`);
  const shop = await startShop(`http://127.0.0.1:${collector.ports.otlp_http}`, at.targets, at.directory);
  try {
    const control = `http://127.0.0.1:${shop.ports.control}`;
    say("the shop runs; waiting until it has settled");
    await sleep(SETTLE_MILLIS);
    early.push(...webhook.told.map(({ labels, annotations }) => `${labels.alertname}: ${annotations.summary}`));
    process.stdout.write(`told while nothing was wrong: ${early.length === 0 ? "nothing" : early.join("; ")}\n`);
    for (const expected of faults) {
      if (!(await awaitCalm({ web }))) say("alerts still fire; going on");
      say(`${expected.fault} is switched on`);
      const outcome = await tryFault({ web, control, webhook, seconds: Number(values.seconds) }, expected);
      outcomes.push(outcome);
      say(formatOutcomes([outcome]).split("\n")[1]);
    }
    process.stdout.write(`${formatOutcomes(outcomes)}\n`);
  } finally {
    await shop.stop();
  }
} finally {
  await collector.stop();
  await webhook.close();
}
const beganDay = performance.now();
const raised = values["no-day"] ? [] : await replayDay(join(at.directory, "data"), endMillis);
const daySeconds = secondsSince(beganDay);
if (!values["no-day"])
  process.stdout.write(
    `24 hours of normal traffic raised: ${raised.length === 0 ? "nothing" : raised.join("; ")} (${daySeconds.toFixed(0)} s)\n`,
  );
const failures = early.length + outcomes.filter(({ isGood }) => !isGood).length + raised.length;
process.stdout.write(failures === 0 ? "everything as promised\n" : `${failures} not as promised\n`);
process.exitCode = failures === 0 ? 0 : 1;
const isWhole = faults.length === EXPECTED_FAULTS.length && !values["no-day"];
const days = Number(values.days);
const seconds = secondsSince(began);
if (isWhole)
  writeResults({ days, series: series.length, samples, historySeconds, early, outcomes, raised, daySeconds, seconds });

function secondsSince(millis: number): number {
  return (performance.now() - millis) / 1000;
}
