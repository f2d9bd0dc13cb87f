/**
 * Sends the generated shop to a real collector by OTLP/HTTP JSON, so that the browser tests find there what they find in the mock. It is
 * done when all that was sent is counted, too: what connectors make of spans and logs comes with their flushes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Corpus } from "./corpus.ts";
import { toOtlpLogs, toOtlpTraces } from "./mock-traces.ts";
import type { ShopLog } from "./trace-generator.ts";

const PATIENCE_MILLIS = 180_000;
const ASK_AGAIN_MILLIS = 100;
/** Severity numbers from here on are errors. */
const ERROR = 17;
const CALLS = "traces_service_graph_request_total";

export interface RealCollector {
  /** The OTLP/HTTP endpoint, such as http://127.0.0.1:4318. */
  readonly otlp: string;
  /** The web port, such as http://127.0.0.1:8317. */
  readonly web: string;
}

/** Throws when the collector refuses anything, or does not count it. */
export async function seedCollector({ otlp, web }: RealCollector): Promise<void> {
  const corpus = new Corpus(Date.now());
  await post(`${otlp}/v1/logs`, toOtlpLogs({ logs: corpus.looseLogs }));
  for (const trace of corpus.traces) {
    await post(`${otlp}/v1/traces`, toOtlpTraces(trace));
    if (trace.logs.length > 0) await post(`${otlp}/v1/logs`, toOtlpLogs(trace));
  }
  const spans = corpus.traces.flatMap((trace) => trace.spans);
  await until(
    "all spans are counted",
    async () => (await ask(web, "sum(traces_span_metrics_calls_total)")) === spans.length,
  );
  await until("all errors are counted", async () => (await ask(web, "sum(exceptions_total)")) === countErrors(corpus));
  await until("all errors are remembered", () => areErrorsRemembered(web));
  await until("no call waits for its other half", async () => (await waitingSpans(web)) === 0);
  const over = Date.now() / 1000;
  await until("all calls are counted", async () => (await ask(web, `max(timestamp(${CALLS}))`)) > over);
}

function countErrors({ traces, logs }: Corpus): number {
  const events = traces.flatMap(({ spans }) => spans.flatMap(({ span }) => span.events ?? []));
  const isError = ({ record }: ShopLog): boolean => (record.severityNumber ?? 0) >= ERROR;
  return events.filter(({ name }) => name === "exception").length + logs.filter(isError).length;
}

/** Calls that the service graph has seen one half of. */
async function waitingSpans(web: string): Promise<number> {
  const text = await (await succeed(fetch(`${web}/metrics`))).text();
  const line = /^goldspan_service_graph_waiting_spans(?:\{.*\})? (\d+)$/m.exec(text);
  return line ? Number(line[1]) : Number.NaN;
}

/** Until then, groups are made of the newest failures and know nothing older. */
async function areErrorsRemembered(web: string): Promise<boolean> {
  const { groups } = await fetchJson<{ groups: { firstEverUnixNano?: string }[] }>(
    `${web}/api/v1/exceptions?limit=1000`,
  );
  return groups.length > 0 && groups.every(({ firstEverUnixNano }) => firstEverUnixNano !== undefined);
}

/** The one value of a query at this moment; 0 when there is none. */
async function ask(web: string, query: string): Promise<number> {
  const address = `${web}/prometheus/api/v1/query?${new URLSearchParams({ query }).toString()}`;
  const { data } = await fetchJson<{ data: { result: { value: [number, string] }[] } }>(address);
  return data.result.length === 0 ? 0 : Number(data.result[0].value[1]);
}

async function fetchJson<T>(address: string): Promise<T> {
  return (await succeed(fetch(address))).json() as Promise<T>;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (!(await isSo())) {
    if (Date.now() > deadline)
      throw new Error(`the collector was sent the tests' data, and still it is not so: ${what}`);
    await sleep(ASK_AGAIN_MILLIS);
  }
}

async function post(address: string, body: unknown): Promise<void> {
  await succeed(
    fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

async function succeed(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}
