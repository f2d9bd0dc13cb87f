/**
 * Sends the generated shop to a real collector by OTLP/HTTP JSON, so that the browser tests find there what they find in the mock. It is
 * done when all that was sent is counted, too: what connectors make of spans and logs comes with their flushes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Corpus } from "./corpus.ts";
import { EXAMPLE_BOARD } from "./mock-boards.ts";
import { OLD_ERROR, OLD_MILLIS } from "./mock-exceptions.ts";
import { toOtlpLogs, toOtlpTraces } from "./mock-traces.ts";
import { toOtlpMetrics } from "./shop-metrics.ts";
import { toNanoText, type ShopLog, type ShopTrace } from "./trace-generator.ts";

const TRACES_A_REQUEST = 100;
const PATIENCE_MILLIS = 180_000;
const ASK_AGAIN_MILLIS = 100;
/** Severity numbers from here on are errors. */
const ERROR = 17;
const CALLS = "traces_service_graph_request_total";

/** Throws when the collector refuses anything, or does not count it. */
export async function seedCollector(collector: { readonly otlp: string; readonly url: string }): Promise<void> {
  const { otlp, url } = collector;
  const corpus = new Corpus(Date.now());
  const logs = [...oldLogs(corpus), ...corpus.logs];
  await sendMetrics(collector);
  await send(`${url}/api/v1/boards/${EXAMPLE_BOARD.id}`, EXAMPLE_BOARD.document, "PUT");
  await send(`${otlp}/v1/logs`, toOtlpLogs({ logs }));
  for (let at = 0; at < corpus.traces.length; at += TRACES_A_REQUEST) {
    const resourceSpans = corpus.traces
      .slice(at, at + TRACES_A_REQUEST)
      .flatMap((trace) => toOtlpTraces(trace).resourceSpans ?? []);
    await send(`${otlp}/v1/traces`, { resourceSpans });
  }
  const spans = corpus.traces.flatMap((trace) => trace.spans);
  await until(
    "all spans are counted",
    async () => (await ask(url, "sum(traces_span_metrics_calls_total)")) === spans.length,
  );
  await until(
    "all errors are counted",
    async () => (await ask(url, "sum(exceptions_total)")) === countErrors(corpus.traces, logs),
  );
  await until("all errors are remembered", () => areErrorsRemembered(url));
  await until("no call waits for its other half", async () => (await waitingSpans(url)) === 0);
  const over = Date.now() / 1000;
  await until("all calls are counted", async () => (await ask(url, `max(timestamp(${CALLS}))`)) > over);
}

/** As of now: to be repeated, as processes do it, so that they are never out of date. */
export async function sendMetrics({ otlp }: { readonly otlp: string }): Promise<void> {
  await send(`${otlp}/v1/metrics`, toOtlpMetrics(Date.now()));
}

/** Errors that were there long before all others: one of those that the mock takes for old. */
function oldLogs({ logs }: Corpus): ShopLog[] {
  const known = logs.find(({ record }) => isError(record) && OLD_ERROR.test(record.body?.stringValue ?? ""));
  if (!known) throw new Error(`the corpus has no error like ${String(OLD_ERROR)}`);
  const timeUnixNano = toNanoText(known.time - OLD_MILLIS);
  return [{ ...known, record: { ...known.record, timeUnixNano, traceId: undefined, spanId: undefined } }];
}

function countErrors(traces: readonly ShopTrace[], logs: readonly ShopLog[]): number {
  const events = traces.flatMap(({ spans }) => spans.flatMap(({ span }) => span.events ?? []));
  return events.filter(({ name }) => name === "exception").length + logs.filter(({ record }) => isError(record)).length;
}

function isError({ severityNumber = 0 }: ShopLog["record"]): boolean {
  return severityNumber >= ERROR;
}

/** Calls that the service graph has seen one half of. */
async function waitingSpans(url: string): Promise<number> {
  const text = await (await succeed(fetch(`${url}/metrics`))).text();
  const line = /^goldspan_service_graph_waiting_spans(?:\{.*\})? (\d+)$/m.exec(text);
  return line ? Number(line[1]) : Number.NaN;
}

/** Until then, groups are made of the newest failures and know nothing older. */
async function areErrorsRemembered(url: string): Promise<boolean> {
  const { groups } = await fetchJson<{ groups: { firstEverUnixNano?: string }[] }>(
    `${url}/api/v1/exceptions?limit=1000`,
  );
  return groups.length > 0 && groups.every(({ firstEverUnixNano }) => firstEverUnixNano !== undefined);
}

/** The one value of a query at this moment; 0 when there is none. */
async function ask(url: string, query: string): Promise<number> {
  const address = `${url}/prometheus/api/v1/query?${new URLSearchParams({ query }).toString()}`;
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

async function send(address: string, body: unknown, method = "POST"): Promise<void> {
  const headers = { "content-type": "application/json" };
  await succeed(fetch(address, { method, headers, body: JSON.stringify(body) }));
}

async function succeed(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}
