/**
 * The load generator of metrics, a process of its own: each connection scrapes its own targets one after the other, so that a series'
 * samples come in order. Prints "prepared", waits for a line on stdin, sends, and prints one JSON line: a MetricSenderResult.
 */
import { MetricTarget, SCRAPE_MILLIS, type MetricForm } from "../workload/metric-workload.ts";
import { HttpConnection } from "./http-connection.ts";
import type { MetricSenderOptions, MetricSenderResult } from "./metric-sender-options.ts";
import { quantile } from "./tally.ts";

const RETRYABLE = new Set([429, 502, 503, 504]);
const RETRY_MILLIS = 200;
const HEADERS: Readonly<Record<MetricForm, readonly string[]>> = {
  otlp: ["content-type: application/x-protobuf"],
  remote_write: [
    "content-type: application/x-protobuf",
    "content-encoding: snappy",
    "x-prometheus-remote-write-version: 0.1.0",
  ],
};

const options = JSON.parse(process.argv[2]) as MetricSenderOptions;
const targets = Array.from({ length: options.targets }, (_, i) => new MetricTarget(options.seed, i, options.form));
const connections = Array.from({ length: options.connections }, () => new HttpConnection(options));
await Promise.all(connections.map((each) => each.open()));
const head = [
  `POST ${options.path} HTTP/1.1`,
  `host: ${options.host}:${options.port}`,
  ...HEADERS[options.form],
  "content-length: ",
].join("\r\n");
const millis: number[] = [];
let [samples, requests, bytesSent, refused, endMillis] = [0, 0, 0, 0, 0];
let failed: string | undefined;

process.stdin.once("end", () => process.exit(1));
process.stdout.write("prepared\n");
process.stdin.once("data", () => void run());

async function run(): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const isOver = () => failed !== undefined || performance.now() - started > options.seconds * 1000;
  await Promise.all(
    connections.map(async (connection, c) => {
      for (let round = 0; (options.rounds === 0 || round < options.rounds) && !isOver(); round++)
        for (let t = c; t < targets.length && !isOver(); t += connections.length)
          await send(connection, targets[t], options.startMillis + round * SCRAPE_MILLIS);
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  const sorted = Float64Array.from(millis).sort();
  const result: MetricSenderResult = {
    samples,
    requests,
    seconds,
    bytesSent,
    refused,
    failed,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    generatorShare: (user + system) / 1e6 / seconds,
    endMillis,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

/** Until it is taken. */
async function send(connection: HttpConnection, target: MetricTarget, at: number): Promise<void> {
  const body = target.render(at);
  for (;;) {
    const started = performance.now();
    const response = await connection.exchange(`${head}${body.length}\r\n\r\n`, body);
    bytesSent += body.length;
    if (response && response.status < 300) {
      millis.push(performance.now() - started);
      samples += target.samples;
      requests++;
      endMillis = Math.max(endMillis, at);
      return;
    }
    if (response && !RETRYABLE.has(response.status)) {
      failed ??= `${response.status} ${response.body.toString().slice(0, 300)}`;
      return;
    }
    refused++;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
  }
}
