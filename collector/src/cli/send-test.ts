/**
 * `send-test`: one small trace with its logs and metrics, sent as programs send, and read back. Exit code 0 = all of it is there, 1 = not,
 * with a sentence on stderr that says what to do.
 */
import { randomBytes } from "node:crypto";
import { parseDurationMillis } from "../base/duration.ts";
import type { Signal } from "../model/signal.ts";
import { makeTestData, type TestData } from "../wire/test-data/make-test-data.ts";
import type { Command } from "./command.ts";
import { readAll, sendAll, TestFailure } from "./send-test/send.ts";
import { findTarget } from "./send-test/target.ts";
import { UsageError } from "./usage.ts";

const PATIENCE = "15s";

export const sendTest: Command = {
  positionals: [],
  options: {
    endpoint: { value: "URL", summary: "OTLP over HTTP to send to (when absent: the configuration's otlp receiver)" },
    header: { value: "NAME=VALUE", summary: "to send along; may be repeated", repeats: true },
    web: {
      value: "URL",
      summary: "web port to read it back from (when absent: the configuration's, on the same host)",
    },
    token: { value: "TOKEN", summary: "for the web port, where it asks for one (or in GOLDSPAN_TOKEN)" },
    timeout: { value: "D", summary: `how long it may take until it can be read (${PATIENCE})` },
    insecure: { summary: "take any certificate" },
  },
  details: `Sends an order in a made-up shop of three services: nine spans with one fault, its log lines, and metrics. The
trace's address is the last line on stdout. Tokens of this machine's own collector are read from its
configuration and its data directory. Default rules may tell of the error, as of every new one.
Exit codes: 0 = it was read back, 1 = it was not taken or is not there; stderr says why.`,
  examples: [
    "goldspan send-test",
    "goldspan send-test --endpoint http://goldspan.example.com:4318 --token $TOKEN",
    "goldspan send-test --endpoint https://otlp.example.com --header authorization='Bearer s3cret' --web https://goldspan.example.com",
  ],

  async run({ values }, { streams: { stdout, stderr }, now, configOf, variables, factories }) {
    const patienceMillis = parseDurationMillis(values.timeout ?? PATIENCE);
    if (patienceMillis === undefined || patienceMillis <= 0)
      throw new UsageError(`cannot use --timeout ${values.timeout}: write a duration, as in 15s or 1m`);
    const token = values.token ?? (variables.GOLDSPAN_TOKEN || undefined);
    const target = findTarget({ ...values, token }, configOf, factories);
    const data = makeTestData(now(), randomBytes);
    try {
      const taken = await sendAll(data, target, patienceMillis);
      stdout.write(`sent ${amounts(data, taken)} to ${target.otlp}\n`);
      await readAll(data, taken, target, patienceMillis);
      stdout.write(`read back from ${target.web}\n${target.web}/trace/${data.traceId}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof TestFailure)) throw error;
      stderr.write(`${error.message}\n`);
      return 1;
    }
  },
};

function amounts({ spans, logs, points }: TestData, taken: ReadonlySet<Signal>): string {
  const left = (["logs", "metrics"] as const).filter((signal) => !taken.has(signal));
  const sent = [
    `${spans} spans`,
    ...(taken.has("logs") ? [`${logs} log lines`] : []),
    ...(taken.has("metrics") ? [`${points} data points`] : []),
  ].join(", ");
  return left.length === 0 ? sent : `${sent} (${left.join(" and ")} are in no pipeline)`;
}
