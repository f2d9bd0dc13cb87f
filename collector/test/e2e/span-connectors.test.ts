/** The shipped configuration, from spans over OTLP to numbers over PromQL: each span once, over resends and restarts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { FREE_PORTS, startCollector } from "../kit/collector-process.ts";
import { tempDirectory } from "../kit/stores.ts";

const SHIPPED = readFileSync(join(import.meta.dirname, "../../../otel-config.yaml"), "utf8");
const FLUSH = "metrics_flush_interval: 100ms";
const FASTER = `yaml:{connectors: {span_metrics: {${FLUSH}}, service_graph: {${FLUSH}, store: {ttl: 300ms}, store_expiration_loop: 50ms}}}`;
const [SERVER, CLIENT] = [2, 3];
const PATIENCE_MILLIS = 20_000;

type Collector = Awaited<ReturnType<typeof startCollector>>;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(directory: string): Promise<Collector> {
  const collector = await startCollector({
    config: SHIPPED,
    args: ["--config", FREE_PORTS, "--config", FASTER],
    env: { GOLDSPAN_DATA: directory },
  });
  ends.push(async () => {
    await collector.end();
    collector.remove();
  });
  return collector;
}

function newDirectory(): string {
  const temp = tempDirectory();
  ends.push(() => temp.remove());
  return join(temp.path, "data");
}

interface Span {
  service: string;
  id: number;
  parent?: number;
  kind: number;
  name: string;
  millis: number;
  failed?: boolean;
  attributes?: Record<string, string>;
}

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, "0");
const attributes = (of: Record<string, string>) =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** A request of these spans; another trace is another request. */
function request(trace: number, spans: readonly Span[]): string {
  const begin = BigInt(Date.now()) * 1_000_000n;
  return JSON.stringify({
    resourceSpans: spans.map(({ service, id, parent, kind, name, millis, failed, attributes: own }) => ({
      resource: { attributes: attributes({ "service.name": service, "service.instance.id": `${service}-1` }) },
      scopeSpans: [
        {
          spans: [
            {
              traceId: hex(trace, 32),
              spanId: hex(id, 16),
              ...(parent !== undefined && { parentSpanId: hex(parent, 16) }),
              kind,
              name,
              startTimeUnixNano: String(begin),
              endTimeUnixNano: String(begin + BigInt(millis) * 1_000_000n),
              ...(failed && { status: { code: 2 } }),
              attributes: attributes(own ?? {}),
            },
          ],
        },
      ],
    })),
  });
}

/** An order: the gateway calls the order service, that its database and a payment provider; the last fails. */
const ORDER: readonly Span[] = [
  { service: "gateway", id: 1, kind: SERVER, name: "POST /orders", millis: 50, failed: true },
  { service: "gateway", id: 2, parent: 1, kind: CLIENT, name: "POST", millis: 40, failed: true },
  { service: "orders", id: 3, parent: 2, kind: SERVER, name: "POST /orders", millis: 30, failed: true },
  {
    service: "orders",
    id: 4,
    parent: 3,
    kind: CLIENT,
    name: "INSERT",
    millis: 3,
    attributes: { "db.system.name": "sqlite" },
  },
  {
    service: "orders",
    id: 5,
    parent: 3,
    kind: CLIENT,
    name: "POST",
    millis: 20,
    failed: true,
    attributes: { "server.address": "pay.example.com" },
  },
];

async function send(collector: Collector, body: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${collector.otlp}/v1/traces`, { method: "POST", headers, body });
  expect([response.status, await response.text()]).toEqual([200, '{"partialSuccess":{}}']);
}

/** An instant query's vector as "labels value", sorted; labels without the metric's name. */
async function query(collector: Collector, promql: string): Promise<string[]> {
  const response = await fetch(
    `${collector.web}/prometheus/api/v1/query?${new URLSearchParams({ query: promql }).toString()}`,
  );
  const { status, data, error } = (await response.json()) as any;
  if (status !== "success") throw new Error(`cannot query ${promql}: ${error}`);
  return data.result
    .map(({ metric: { __name__, ...labels }, value }: any) => {
      return `${Object.entries(labels)
        .map(([key, text]) => `${key}=${String(text)}`)
        .toSorted()
        .join(" ")} ${value[1]}`.trim();
    })
    .toSorted();
}

/** Asks until the answer is the one that is expected. */
async function becomes(collector: Collector, promql: string, expected: readonly string[]): Promise<void> {
  const until = Date.now() + PATIENCE_MILLIS;
  let answer = await query(collector, promql);
  while (JSON.stringify(answer) !== JSON.stringify(expected) && Date.now() < until) {
    await sleep(50);
    answer = await query(collector, promql);
  }
  expect(answer, promql).toEqual(expected);
}

test("spans become the metrics that everybody knows, each once", { timeout: 60_000 }, async () => {
  const collector = await start(newDirectory());
  const first = request(1, ORDER);
  await send(collector, first);
  await send(collector, request(2, ORDER.slice(0, 3)));
  // A sender repeats what it has no answer for.
  await send(collector, first);

  await becomes(collector, "traces_span_metrics_calls_total", [
    "service_name=gateway span_kind=SPAN_KIND_CLIENT span_name=POST status_code=STATUS_CODE_ERROR 2",
    "service_name=gateway span_kind=SPAN_KIND_SERVER span_name=POST /orders status_code=STATUS_CODE_ERROR 2",
    "service_name=orders span_kind=SPAN_KIND_CLIENT span_name=INSERT status_code=STATUS_CODE_UNSET 1",
    "service_name=orders span_kind=SPAN_KIND_CLIENT span_name=POST status_code=STATUS_CODE_ERROR 1",
    "service_name=orders span_kind=SPAN_KIND_SERVER span_name=POST /orders status_code=STATUS_CODE_ERROR 2",
  ]);
  // The payment provider sends nothing: it appears when nobody waits for it any more.
  await becomes(collector, "traces_service_graph_request_total", [
    "client=gateway server=orders 2",
    "client=orders connection_type=database server=sqlite 1",
    "client=orders connection_type=virtual_node server=pay.example.com 1",
    "client=user connection_type=virtual_node server=gateway 2",
  ]);
  await becomes(collector, "traces_service_graph_request_failed_total", [
    "client=gateway server=orders 2",
    "client=orders connection_type=database server=sqlite 0",
    "client=orders connection_type=virtual_node server=pay.example.com 1",
    "client=user connection_type=virtual_node server=gateway 2",
  ]);
  const gateway = '{service_name="gateway",span_kind="SPAN_KIND_SERVER"}';
  await becomes(collector, `traces_span_metrics_duration_seconds_sum${gateway}`, [
    "service_name=gateway span_kind=SPAN_KIND_SERVER span_name=POST /orders status_code=STATUS_CODE_ERROR 0.1",
  ]);
  await becomes(
    collector,
    `sum by (le) (traces_span_metrics_duration_seconds_bucket${gateway})`,
    [
      ...["0.002", "0.004", "0.006", "0.008", "0.01"].map((le) => `le=${le} 0`),
      ...["0.05", "0.1", "0.2", "0.4", "0.8", "1", "1.4", "10", "15", "2", "5", "+Inf"].map((le) => `le=${le} 2`),
    ].toSorted(),
  );
  await becomes(collector, 'sum(traces_service_graph_request_client_seconds_sum{client="gateway"})', ["0.08"]);
  await becomes(collector, 'sum(traces_service_graph_request_server_seconds_count{server="orders"})', ["2"]);
  // What a series began with is an increase.
  await becomes(collector, "round(sum(increase(traces_span_metrics_calls_total[10m])))", ["8"]);

  const range = { start: String(Date.now() / 1000 - 600), end: String(Date.now() / 1000 + 600) };
  const parameters = new URLSearchParams({ query: `traces_span_metrics_duration_seconds_bucket${gateway}`, ...range });
  const { data } = (await (
    await fetch(`${collector.web}/prometheus/api/v1/query_exemplars?${parameters.toString()}`)
  ).json()) as any;
  expect(data[0].seriesLabels).toMatchObject({ service_name: "gateway", le: "0.05" });
  expect(data[0].exemplars[0].labels).toEqual({ trace_id: hex(1, 32), span_id: hex(1, 16) });
});

test("counts go on over a restart: nothing is lost, nothing is counted twice", { timeout: 60_000 }, async () => {
  const directory = newDirectory();
  const before = await start(directory);
  const first = request(1, ORDER.slice(0, 1));
  await send(before, first);
  // Before any flush is due; it flushes as it stops.
  expect(await before.end()).toBe(0);
  const after = await start(directory);
  await becomes(after, "traces_span_metrics_calls_total", [
    "service_name=gateway span_kind=SPAN_KIND_SERVER span_name=POST /orders status_code=STATUS_CODE_ERROR 1",
  ]);
  await send(after, first);
  await send(after, request(2, ORDER.slice(0, 1)));
  await send(after, request(3, ORDER.slice(0, 1)));
  await becomes(after, "traces_span_metrics_calls_total", [
    "service_name=gateway span_kind=SPAN_KIND_SERVER span_name=POST /orders status_code=STATUS_CODE_ERROR 2",
  ]);
  await becomes(after, "round(sum(increase(traces_span_metrics_calls_total[10m])))", ["3"]);
  await becomes(after, 'round(sum(increase(traces_service_graph_request_total{client="user"}[10m])))', ["3"]);
});
