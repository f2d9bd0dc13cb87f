/** Sends a test to an OTLP receiver and waits until the web API gives all of it back. Errors are sentences for people. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../base/errors.ts";
import type { Signal } from "../../model/signal.ts";
import type { TestData } from "../../wire/test-data/make-test-data.ts";
import { askUrl, type Answer, type Question } from "../ask-url.ts";
import type { TestTarget } from "./target.ts";

const BETWEEN_MILLIS = 200;
/** For an answer, however little time is left: a first question starts a thread over there. */
const LEAST_MILLIS = 5000;
const MOST_CHARACTERS = 1_000_000;

/** What went wrong, and what to do. */
export class TestFailure extends Error {
  override name = "TestFailure";
}

/** Signals that were taken, which traces always are. @throws TestFailure */
export async function sendAll(data: TestData, target: TestTarget, patienceMillis: number): Promise<Set<Signal>> {
  const taken = new Set<Signal>();
  for (const signal of ["logs", "metrics", "traces"] as const) {
    const url = target.urls[signal];
    const answer = await ask(url, {
      patienceMillis,
      body: JSON.stringify(data.requests[signal]),
      headers: { "content-type": "application/json", ...target.otlpHeaders },
      checksCertificate: target.checksCertificate.otlp,
    });
    if (answer.status === 404 && signal !== "traces") continue;
    check(answer, url);
    taken.add(signal);
  }
  return taken;
}

function check({ status, text }: Answer, url: string): void {
  const said = messageIn(text);
  if (status === 401 || status === 403)
    throw new TestFailure(`${url} does not let this sender in (${status}${said}); give what it wants with --header`);
  if (status === 404)
    throw new TestFailure(
      `${url} takes no traces (404): is it the HTTP address of an otlp receiver that is in a pipeline of traces?`,
    );
  if (status === 429 || status === 503)
    throw new TestFailure(`${url} takes nothing now (${status}${said}); try again, and look at the collector's log`);
  if (status !== 200) throw new TestFailure(`${url} refused the test (${status}${said})`);
  const { partialSuccess } = parse(text) as { partialSuccess?: { errorMessage?: string } };
  if (partialSuccess?.errorMessage)
    throw new TestFailure(`${url} took only a part of the test: ${partialSuccess.errorMessage}`);
}

/** Resolves when everything that was taken is read. @throws TestFailure when it is not there in time */
export async function readAll(
  data: TestData,
  taken: ReadonlySet<Signal>,
  target: TestTarget,
  patienceMillis: number,
): Promise<void> {
  const deadline = Date.now() + patienceMillis;
  const { traceId, instance, spans, logs } = data;
  const metricsQuery = encodeURIComponent(`count({instance="${instance}"})`);
  const reads = [
    { signal: "traces", path: `/api/v1/traces/${traceId}`, is: (text: string) => count(text, '"spanId":') >= spans },
    { signal: "logs", path: `/api/v1/traces/${traceId}/logs`, is: (text: string) => count(text, '"body":') >= logs },
    {
      signal: "metrics",
      path: `/prometheus/api/v1/query?query=${metricsQuery}`,
      is: (text: string) => /"value":\[[^\]]*"[1-9]/.test(text),
    },
  ] as const;
  for (const { signal, path, is } of reads.filter((each) => taken.has(each.signal))) {
    for (;;) {
      const answer = await ask(target.web + path, {
        patienceMillis: Math.max(LEAST_MILLIS, deadline - Date.now()),
        headers: target.webHeaders,
        mostCharacters: MOST_CHARACTERS,
        checksCertificate: target.checksCertificate.web,
      });
      if (answer.status === 401 || answer.status === 403)
        throw new TestFailure(
          `${target.web} wants to know who asks (${answer.status}); give its token with --token, or in GOLDSPAN_TOKEN. What was sent was taken`,
        );
      if (answer.status === 200 && is(answer.text)) break;
      if (Date.now() > deadline) throw missing(signal, answer, target, patienceMillis);
      await sleep(BETWEEN_MILLIS);
    }
  }
}

function missing(signal: Signal, { status, text }: Answer, target: TestTarget, patienceMillis: number): TestFailure {
  const said = status === 200 ? "" : ` (${status}${messageIn(text)})`;
  return new TestFailure(
    `${target.otlp} took the test, but its ${signal} cannot be read at ${target.web} after ${patienceMillis / 1000} s${said}: is that the same collector (--web), do its pipelines end in a store, and does a filter or sampling drop it?`,
  );
}

async function ask(url: string, question: Question): Promise<Answer> {
  try {
    return await askUrl(url, question);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const fixes: Record<string, string> = {
      ECONNREFUSED: "nobody listens there; is the collector running? goldspan doctor looks into it",
      ENOTFOUND: "the host name is unknown",
      ECONNRESET: "the connection was cut; does it speak HTTP there, or HTTPS?",
      EPROTO: "it does not speak HTTPS there, or wants a client's certificate",
      DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself; --insecure takes it",
    };
    throw new TestFailure(`cannot reach ${url.split("?", 1)[0]}: ${fixes[code] ?? messageOf(error)}`, { cause: error });
  }
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** What an error's JSON, or its text, says; to put behind a status. */
function messageIn(text: string): string {
  const { message, error } = parse(text) as { message?: string; error?: { message?: string } };
  const said = (message ?? error?.message ?? text).trim().split("\n", 1)[0].slice(0, 200);
  return said === "" ? "" : `: ${said}`;
}

function parse(text: string): object {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}
