/**
 * What the evaluation of rules costs: 1,000 rules in groups of 20 at 15 s over series that were just ingested, against the same server
 * without alerting. Nothing else happens meanwhile.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startMetricSender } from "../load/run-sender.ts";
import { shortNumber } from "../report/result-table.ts";
import { cpuSecondsOf, residentMb, settle } from "../subject/processes.ts";
import type { Server } from "../subject/server.ts";
import { QUERIED_METRIC, QUERIED_SERIES, SCRAPE_MILLIS, SERIES_A_TARGET } from "../workload/metric-workload.ts";
import { withServer, type Bench, type Section } from "./section.ts";

const TARGETS = 20;
/** What a rule over 5 minutes looks at, and what the queries of the run's time still find. */
const ROUNDS = 24;
const GROUPS = 50;
const RULES_A_GROUP = 20;
const RULES = GROUPS * RULES_A_GROUP;
const INTERVAL_SECONDS = 15;
const CODES = ["200", "201", "404", "500", "503"];
const ROUTES = 10;

export const rules: Section = {
  name: "rules",
  async run(bench) {
    const seconds = Math.max(4 * INTERVAL_SECONDS, bench.options.seconds);
    const without = await measure(bench, seconds, undefined);
    const withRules = await measure(bench, seconds, ruleFile());
    const cost = (100 * (withRules.cpuSeconds - without.cpuSeconds)) / seconds;
    return [
      {
        title: "Rules",
        note: `${RULES} rules (one in ten records, the others alert; a twentieth fires) in ${GROUPS} groups at ${INTERVAL_SECONDS} s over ${shortNumber(TARGETS * SERIES_A_TARGET)} series, ${TARGETS * QUERIED_SERIES} of them of the metric that is asked for; ${seconds} s. CPU of the whole process, less what it takes without alerting.`,
        head: ["row", "% of a core", "evaluations", "failed or missed", "RSS MB"],
        rows: [
          {
            cells: [
              `${RULES} rules`,
              `**${cost.toFixed(1)}**`,
              String(withRules.evaluations),
              String(withRules.wrong),
              `${withRules.memoryMb} (${without.memoryMb} without)`,
            ],
            target: "rulesShare",
            measured: [withRules.evaluations > 0 && withRules.wrong === 0 ? cost : NaN],
          },
        ],
      },
    ];
  },
};

interface Figures {
  readonly cpuSeconds: number;
  readonly memoryMb: number;
  readonly evaluations: number;
  readonly wrong: number;
}

function measure(bench: Bench, seconds: number, text: string | undefined): Promise<Figures> {
  bench.say(`rules: ${text === undefined ? "without" : "with"}`);
  return withServer(bench, { rules: text }, async (server) => {
    const { host, port } = server.web;
    const startMillis = Math.floor(Date.now() / SCRAPE_MILLIS - ROUNDS) * SCRAPE_MILLIS;
    const load = { targets: TARGETS, connections: 2, rounds: ROUNDS, seconds: 60, startMillis, seed: 5 };
    const path = "/prometheus/api/v1/write";
    const { failed } = await (await startMetricSender({ host, port, path, form: "remote_write", ...load })).result;
    if (failed !== undefined) throw new Error(`metrics were refused: ${failed}`);
    await settle(server.pids);
    const [before, cpu] = [await evaluationsOf(server), cpuSecondsOf(server.pids)];
    await sleep(seconds * 1000);
    const cpuSeconds = cpuSecondsOf(server.pids) - cpu;
    const after = await evaluationsOf(server);
    return {
      cpuSeconds,
      memoryMb: residentMb(server.pids),
      evaluations: after.evaluations - before.evaluations,
      wrong: after.wrong - before.wrong,
    };
  });
}

async function evaluationsOf({ web }: Server): Promise<Pick<Figures, "evaluations" | "wrong">> {
  const text = await (await fetch(`http://${web.host}:${web.port}/metrics`)).text();
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\d+)`, "gm"))].reduce(
      (all, [, count]) => all + Number(count),
      0,
    );
  return {
    evaluations: sum("prometheus_rule_evaluations_total"),
    wrong: sum("prometheus_rule_evaluation_failures_total") + sum("prometheus_rule_group_iterations_missed_total"),
  };
}

function ruleFile(): string {
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const lines = Array.from({ length: RULES_A_GROUP }, (__, i) => ruleOf(group * RULES_A_GROUP + i));
    return `- name: group ${group}\n  rules:\n${lines.join("")}`;
  });
  return `groups:\n${groups.join("")}`;
}

function ruleOf(number: number): string {
  const code = CODES[number % CODES.length];
  const route = `/api/resource-${Math.floor(number / CODES.length) % ROUTES}/:id`;
  const rate = `sum by (job) (rate(${QUERIED_METRIC}{route="${route}",code="${code}"}[5m]))`;
  if (number % 10 === 0) return `  - { record: "job:requests:rate5m_${number}", expr: '${rate}' }\n`;
  const bound = number % 20 === 1 ? 0 : 1e9;
  return `  - { alert: TooMany${number}, expr: '${rate} > ${bound}', for: 30s, labels: { severity: page } }\n`;
}
