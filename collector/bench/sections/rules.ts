/**
 * What the evaluation of rules costs: 1,000 rules as people write them (workload/rule-mix.ts), beside the default ones, over series that
 * were just ingested and spans that come all the time, against the same server without alerting. Measured when what fires has been told of:
 * the look for evidence is paid once an alert.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SENDER_DEFAULTS, startMetricSender, startSender } from "../load/run-sender.ts";
import { shortNumber } from "../report/result-table.ts";
import { cpuSecondsOf, residentMb } from "../subject/processes.ts";
import type { Server } from "../subject/server.ts";
import { QUERIED_SERIES, SCRAPE_MILLIS, SERIES_A_TARGET } from "../workload/metric-workload.ts";
import { KIND_GROUPS, PROMQL_GROUPS, RULES_A_GROUP, ruleMix } from "../workload/rule-mix.ts";
import { withServer, type Bench, type Section } from "./section.ts";

const TARGETS = 20;
/** What rules over 10 minutes look at, and what the queries of the run's time still find. */
const ROUNDS = 40;
const GROUPS = PROMQL_GROUPS + KIND_GROUPS;
const RULES = GROUPS * RULES_A_GROUP;
const INTERVAL_SECONDS = 15;
const SPANS_A_SECOND = 200;
/** From the last sample on: code is compiled, alerts fire, evidence is looked for, notification settles. */
const WARM_SECONDS = 90;

export const rules: Section = {
  name: "rules",
  async run(bench) {
    const seconds = Math.max(4 * INTERVAL_SECONDS, bench.options.seconds);
    const without = await measure(bench, seconds, undefined);
    const withRules = await measure(bench, seconds, ruleMix());
    const cost = (100 * (withRules.cpuSeconds - without.cpuSeconds)) / seconds;
    return [
      {
        title: "Rules",
        note: `${RULES} rules in ${GROUPS} groups at ${INTERVAL_SECONDS} s, and the default ones: of ${RULES_A_GROUP} in a group two record, one fires, others are ratios, quantiles, levels, trends; ${KIND_GROUPS} groups of Goldspan's kinds. Over ${shortNumber(TARGETS * SERIES_A_TARGET)} series, ${TARGETS * QUERIED_SERIES} of them of the metric that is asked for most, and ${SPANS_A_SECOND} spans/s with connectors; ${seconds} s, from ${WARM_SECONDS} s after the last sample on. CPU of the whole process, less what it takes without alerting.`,
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
  return withServer(
    bench,
    { connectors: ["span_metrics", "service_graph", "exceptions"], rules: text },
    async (server) => {
      const { host, port } = server.web;
      const startMillis = Math.floor(Date.now() / SCRAPE_MILLIS - ROUNDS) * SCRAPE_MILLIS;
      const load = { targets: TARGETS, connections: 2, rounds: ROUNDS, seconds: 60, startMillis, seed: 5 };
      const path = "/prometheus/api/v1/write";
      const { failed } = await (await startMetricSender({ host, port, path, form: "remote_write", ...load })).result;
      if (failed !== undefined) throw new Error(`metrics were refused: ${failed}`);
      const spans = await startSender({
        ...SENDER_DEFAULTS,
        ...server.otlpHttp,
        rate: SPANS_A_SECOND,
        clockRate: SPANS_A_SECOND,
        perRequest: 50,
        poolRecords: 5000,
        connections: 2,
        seconds: WARM_SECONDS + seconds + 30,
      });
      await sleep(WARM_SECONDS * 1000);
      const [before, cpu] = [await evaluationsOf(server), cpuSecondsOf(server.pids)];
      await sleep(seconds * 1000);
      const cpuSeconds = cpuSecondsOf(server.pids) - cpu;
      const after = await evaluationsOf(server);
      spans.stop();
      await spans.result;
      return {
        cpuSeconds,
        memoryMb: residentMb(server.pids),
        evaluations: after.evaluations - before.evaluations,
        wrong: after.wrong - before.wrong,
      };
    },
  );
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
