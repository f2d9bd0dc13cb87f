/** How processes end under the agent: nothing gets lost, and the ending stays the app's own. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { OtlpReceiver } from "./kit/otlp-receiver.ts";
import { App } from "./kit/run-app.ts";
import { waitFor } from "./kit/wait-for.ts";

const NEVER_MILLIS = "3600000";
const FATAL = 21;

let receiver: OtlpReceiver;
const apps: App[] = [];

beforeEach(async () => {
  receiver = await OtlpReceiver.open();
});

afterEach(async () => {
  for (const app of apps.splice(0)) app.kill("SIGKILL");
  await receiver.close();
});

function start(name: string, options: { endpoint?: string; args?: string[]; env?: Record<string, string> } = {}): App {
  const app = new App(name, {
    args: options.args,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: options.endpoint ?? receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: NEVER_MILLIS,
      OTEL_BLRP_SCHEDULE_DELAY: NEVER_MILLIS,
      ...options.env,
    },
  });
  apps.push(app);
  return app;
}

test("an app with its own SIGTERM handler keeps control, and what it logs on the way arrives", async () => {
  const app = start("graceful-server.mjs");
  await fetch(`${await app.url()}/work`);
  app.kill("SIGTERM");
  expect(await app.end()).toEqual({ code: 7, signal: null });
  expect(receiver.spans.map(({ attributes }) => attributes["url.path"])).toEqual(["/work"]);
  expect(receiver.logs.map(({ body }) => body)).toEqual(["closing by my own rules"]);
});

test("process.exit() keeps its code and loses nothing", async () => {
  const app = start("script.mjs", { args: ["3"] });
  expect(await app.end()).toEqual({ code: 3, signal: null });
  expect(receiver.logs.map(({ body }) => body)).toEqual(["script line"]);
});

test.each([
  ["/throw", "TypeError", "uncaught exception: TypeError: no such product"],
  ["/reject", "Error", "unhandled rejection: Error: nobody waits for me"],
])("a crash by %s is a fatal log in its trace, and Node's own message and code stay", async (path, type, body) => {
  const app = start("crashing-server.mjs");
  await expect(fetch((await app.url()) + path)).rejects.toThrow();
  expect(await app.end()).toEqual({ code: 1, signal: null });
  expect(app.stderr).toContain(`${body.split(": ").slice(1).join(": ")}\n    at `);

  expect(receiver.spans).toHaveLength(1);
  const [span] = receiver.spans;
  expect(span).toMatchObject({ statusCode: 2, attributes: { "url.path": path, "error.type": type } });
  expect(span.events).toMatchObject([{ name: "exception" }]);
  const fatal = receiver.logs.filter(({ severityNumber }) => severityNumber === FATAL);
  expect(fatal).toMatchObject([{ body, traceId: span.traceId, spanId: span.spanId }]);
  expect(fatal[0].attributes).toMatchObject({ "exception.type": type });
});

/** An address nobody listens on: it was taken a moment ago. */
async function deadEndpoint(): Promise<string> {
  const closed = await OtlpReceiver.open();
  const { url } = closed;
  await closed.close();
  return url;
}

test("without a collector a script runs as ever, ends at once and says so in one line", async () => {
  const endpoint = await deadEndpoint();
  const [natural, exiting] = [start("script.mjs", { endpoint }), start("script.mjs", { endpoint, args: ["4"] })];
  expect([(await natural.end()).code, (await exiting.end()).code]).toEqual([0, 4]);
  expect(natural.stdout).toBe("script line\n");
  expect(natural.stderr).toMatch(/^goldspan agent: cannot send telemetry to \S+ \(connect ECONNREFUSED [^\n]*\n$/);
  expect(exiting.stderr).toBe("");
});

test("without a collector a server dies of SIGTERM at once, not after retries", async () => {
  const app = start("esm-server.mjs", { endpoint: await deadEndpoint(), env: { OTEL_BSP_SCHEDULE_DELAY: "50" } });
  await fetch(`${await app.url()}/outer`);
  const before = performance.now();
  app.kill("SIGTERM");
  expect(await app.end()).toEqual({ code: null, signal: "SIGTERM" });
  expect(performance.now() - before).toBeLessThan(1_000);
  expect(app.stderr.match(/goldspan agent/g)).toHaveLength(1);
});

test.each([
  ["by itself", [], 0],
  ["by process.exit()", ["5"], 5],
])("a collector that never answers holds a process that ends %s for the deadline at most", async (_how, args, code) => {
  receiver.answers.push("hang", "hang", "hang", "hang");
  // Long enough for a request to leave a busy machine.
  const deadlineMillis = 3000;
  const env = { GOLDSPAN_FLUSH_DEADLINE_MILLIS: String(deadlineMillis) };
  const app = start("script.mjs", { args, env });
  await waitFor("a request", () => receiver.answers.length < 4 || undefined);
  const before = performance.now();
  expect(await app.end()).toEqual({ code, signal: null });
  expect(performance.now() - before).toBeLessThan(deadlineMillis + 1500);
});

test("requests that are refused for now are sent again, nothing is lost", async () => {
  receiver.answers.push(503, 429);
  const app = start("esm-server.mjs", { env: { OTEL_BSP_SCHEDULE_DELAY: "10", OTEL_BLRP_SCHEDULE_DELAY: "10" } });
  await fetch(`${await app.url()}/outer`);
  app.kill("SIGTERM");
  expect((await app.end()).signal).toBe("SIGTERM");
  expect(receiver.spans).toHaveLength(5);
  expect(receiver.logs).toHaveLength(2);
});
