import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Environment } from "./environment.ts";
import { type OtlpTarget, readOtlpTarget } from "./otlp-target.ts";
import { readSettings } from "./settings.ts";

function check(
  variables: Record<string, string>,
  expected: Partial<OtlpTarget> & { href?: string; warns?: RegExp },
): void {
  const env = new Environment(variables);
  const target = readOtlpTarget(env, "traces");
  const { href, warns, ...fields } = expected;
  if (href !== undefined) expect(target.url.href).toBe(href);
  expect(target).toMatchObject(fields);
  expect(env.warnings.join("\n")).toMatch(warns ?? /^$/);
}

test("endpoints follow the OTLP exporter specification", () => {
  const general = "OTEL_EXPORTER_OTLP_ENDPOINT";
  const own = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  check({}, { href: "http://localhost:4318/v1/traces" });
  check({ [general]: "" }, { href: "http://localhost:4318/v1/traces" });
  check({ [general]: "https://otel.example" }, { href: "https://otel.example/v1/traces" });
  check({ [general]: "http://otel:4318/base/" }, { href: "http://otel:4318/base/v1/traces" });
  check({ [own]: "http://otel:4318" }, { href: "http://otel:4318/" });
  check({ [general]: "http://a", [own]: "http://b/x" }, { href: "http://b/x" });
  check({ [general]: "collector:4318" }, { href: "http://collector:4318/v1/traces" });
  check(
    { [general]: "ftp://x" },
    { href: "http://localhost:4318/v1/traces", warns: /cannot use OTEL_EXPORTER_OTLP_E/ },
  );
});

test("headers, time-outs, compression, encoding and certificates are read, a signal's own before the general ones", () => {
  check(
    { OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20x, a=1", OTEL_EXPORTER_OTLP_TRACES_HEADERS: "a=2" },
    { headers: { authorization: "Bearer x", a: "2" } },
  );
  check(
    { OTEL_EXPORTER_OTLP_HEADERS: "secret" },
    { headers: {}, warns: /^cannot use an item of OTEL_EXPORTER_OTLP_HEADERS(?!.*secret)/ },
  );
  check({ OTEL_EXPORTER_OTLP_TIMEOUT: "1500" }, { timeoutMillis: 1500 });
  check(
    { OTEL_EXPORTER_OTLP_TIMEOUT: "5s" },
    { timeoutMillis: 10_000, warns: /OTEL_EXPORTER_OTLP_TIMEOUT=5s: expected a whole/ },
  );
  check({ OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" }, { gzip: true });
  check({ OTEL_EXPORTER_OTLP_COMPRESSION: "zip" }, { gzip: false, warns: /compression "zip"/ });
  check({ OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }, { encoding: "json" });
  check({ OTEL_EXPORTER_OTLP_PROTOCOL: "smoke" }, { encoding: "protobuf", warns: /protocol "smoke"/ });
  check(
    { OTEL_EXPORTER_OTLP_CERTIFICATE: "ca.pem", OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: "key.pem" },
    { tls: { caFile: "ca.pem", keyFile: "key.pem", certFile: undefined } },
  );
});

test("the defaults send all signals to a local collector within seconds", () => {
  const settings = readSettings(new Environment({}));
  expect(settings).toMatchObject({
    disabled: false,
    traces: { delivery: "agent", limits: { maxQueueItems: 2048, maxBatchItems: 512, delayMillis: 2_000 } },
    logs: { delivery: "agent", limits: { delayMillis: 1_000 } },
    metrics: { delivery: "agent", intervalMillis: 15_000, temporality: "cumulative" },
    consoleLogs: true,
    recordCrashes: true,
    flushDeadlineMillis: 2_000,
    workerThreads: false,
    quiet: false,
  });
  expect([...settings.ignoredPaths]).toEqual(["/livez", "/readyz", "/healthz", "/metrics"]);
});

test("exporters other than OTLP over HTTP are left to the SDK", () => {
  const env = new Environment({
    OTEL_TRACES_EXPORTER: "otlp,console",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "grpc",
  });
  const { traces, logs, metrics } = readSettings(env);
  expect([traces.delivery, logs.delivery, metrics.delivery]).toEqual(["sdk", "none", "sdk"]);
});

test("a value that cannot be read is a warning and the default", () => {
  const env = new Environment({ OTEL_BSP_MAX_QUEUE_SIZE: "many", GOLDSPAN_CONSOLE_LOGS: "yes" });
  expect(readSettings(env)).toMatchObject({ traces: { limits: { maxQueueItems: 2048 } }, consoleLogs: true });
  expect(env.warnings).toEqual([
    "cannot use OTEL_BSP_MAX_QUEUE_SIZE=many: expected a whole number of at least 1; going on with 2048",
    "cannot use GOLDSPAN_CONSOLE_LOGS=yes: expected true or false; going on with true",
  ]);
});

test("the README has every switch of the agent's own", () => {
  const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");
  const switches = new Set(read("settings.ts").match(/GOLDSPAN_\w+/g));
  expect(switches.size).toBeGreaterThan(5);
  for (const name of switches) expect(read("../README.md")).toContain(`| \`${name}\` |`);
});
