/**
 * Alerting in a real process: rule files, spans over OTLP that tell of faults, a webhook that listens. Restarts and kills in every phase:
 * nothing is lost, nothing told twice.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCollector, type CollectorProcess } from "../kit/collector-process.ts";
import { tempDirectory } from "../kit/stores.ts";

const PATIENCE_MILLIS = 40_000;
const TEST_MILLIS = 120_000;

interface Webhook {
  readonly status: string;
  readonly receiver: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly evidence?: { readonly service: string; readonly traces: readonly { readonly traceId: string }[] };
  }[];
}

/** A channel that keeps what it is sent, and fails while it is told to. */
class Receiver {
  readonly taken: Webhook[] = [];
  isDown = false;
  refused = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        if (this.isDown) this.refused++;
        else this.taken.push(JSON.parse(Buffer.concat(pieces).toString()) as Webhook);
        response.writeHead(this.isDown ? 503 : 200).end();
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as { port: number };
    return `http://127.0.0.1:${port}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** `firing Errors, resolved Errors` … */
  said(): string[] {
    return this.taken.map(({ alerts }) =>
      alerts.map(({ status, labels }) => `${status} ${labels.alertname}`).join(", "),
    );
  }
}

let temp: ReturnType<typeof tempDirectory>;
let receiver: Receiver;
let collector: (CollectorProcess & { remove(): void }) | undefined;
let [rules, notify] = ["", ""];
/** Spans are sent until it aborts; errors while `isFailing`. */
let enough = new AbortController();
let sending: Promise<void> | undefined;
let isFailing = false;

/** @param holds the rule's `for` */
const RULES = (holds: string) => `groups:
- name: shop
  interval: 1s
  rules:
  - alert: Errors
    expr: sum by (service_name) (rate(shop_errors[5s])) > 0
    for: ${holds}
    labels: { severity: page }
    annotations: { summary: "errors in {{ $labels.service_name }}" }
`;

beforeEach(async () => {
  isFailing = false;
  temp = tempDirectory();
  receiver = new Receiver();
  rules = join(temp.path, "shop.yml");
  notify = join(temp.path, "alertmanager.yml");
  writeFileSync(rules, RULES("3s"));
  const url = await receiver.listen();
  writeFileSync(
    notify,
    `route: { receiver: ops, group_by: [alertname], group_wait: 2s, group_interval: 2s, repeat_interval: 1h }
receivers: [{ name: ops, webhook_configs: [{ url: "${url}" }] }]
`,
  );
});

afterEach(async () => {
  enough.abort();
  await sending;
  await collector?.end("SIGKILL");
  collector?.remove();
  collector = undefined;
  receiver.close();
  temp.remove();
});

function config(directory: string): string {
  return `
receivers: { otlp: { protocols: { grpc: { endpoint: "localhost:0" }, http: { endpoint: "localhost:0" } } } }
exporters: { goldspan: }
extensions:
  storage: { directory: ${JSON.stringify(directory)}, retention: 0 }
  web: { endpoint: "localhost:0" }
  alerting:
    rule_files: [${JSON.stringify(join(temp.path, "sho*.yml"))}]
    config_file: ${JSON.stringify(notify)}
    evaluation_interval: 1s
    reload_interval: 1s
    default_rules: false
service:
  extensions: [storage, web, alerting]
  pipelines:
    traces: { receivers: [otlp], exporters: [goldspan] }
    metrics: { receivers: [otlp], exporters: [goldspan] }
`;
}

async function start(): Promise<void> {
  const directory = join(temp.path, "data");
  collector = await startCollector({ config: config(directory), directory });
}

async function restart(signal: NodeJS.Signals): Promise<void> {
  await collector?.end(signal);
  collector?.remove();
  await start();
}

/** A counter of errors every half second, and spans that show them. */
function beginSending(): void {
  enough = new AbortController();
  const { signal } = enough;
  sending = (async () => {
    let errors = 0;
    for (let i = 1; !signal.aborted; i++) {
      if (isFailing) errors++;
      await send(i, errors);
      await sleep(500);
    }
  })();
}

const resource = { attributes: [{ key: "service.name", value: { stringValue: "pay" } }] };

async function send(step: number, errors: number): Promise<void> {
  const nanos = String(BigInt(Date.now()) * 1_000_000n);
  const point = { asDouble: errors, timeUnixNano: nanos, startTimeUnixNano: "1" };
  const attributes = [{ key: "service_name", value: { stringValue: "pay" } }];
  const sum = { aggregationTemporality: 2, isMonotonic: false, dataPoints: [{ ...point, attributes }] };
  const metrics = [{ name: "shop_errors", sum }];
  const span = {
    traceId: step.toString(16).padStart(32, "0"),
    spanId: step.toString(16).padStart(16, "0"),
    name: "POST /pay",
    kind: 2,
    startTimeUnixNano: nanos,
    endTimeUnixNano: String(BigInt(nanos) + 5_000_000n),
    status: { code: isFailing ? 2 : 0 },
  };
  await post("metrics", { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  await post("traces", { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

/** While the collector is down nobody takes it; that is the test's business. */
async function post(signal: string, body: unknown): Promise<void> {
  try {
    const headers = { "content-type": "application/json" };
    await fetch(`${collector?.otlp}/v1/${signal}`, { method: "POST", headers, body: JSON.stringify(body) });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}; said: ${receiver.said().join(" | ")}`);
    await sleep(100);
  }
}

async function alerts(): Promise<{ state: string; activeAtMillis: number }[]> {
  const response = await fetch(`${collector?.web}/api/v1/alerting/alerts`);
  return ((await response.json()) as { alerts: { state: string; activeAtMillis: number }[] }).alerts;
}

const isIn = (state: string) => async () => (await alerts()).some((alert) => alert.state === state);

test(
  "an alert is told once with its evidence, and its end once, over a stop, a kill and a restart of each phase",
  async () => {
    await start();
    beginSending();
    isFailing = true;
    // While it is pending.
    await until("the alert to be pending", isIn("pending"));
    const [{ activeAtMillis }] = await alerts();
    await restart("SIGKILL");
    await until("the alert to fire", isIn("firing"));
    expect((await alerts())[0].activeAtMillis).toBe(activeAtMillis);
    await until("the notification", () => receiver.taken.length > 0);
    const [{ alerts: told }] = receiver.taken;
    expect(told[0]).toMatchObject({ labels: { alertname: "Errors", service_name: "pay", severity: "page" } });
    expect(told[0].annotations.summary).toBe("errors in pay");
    expect(told[0].annotations.evidence).toContain("pay");
    expect(told[0].evidence?.traces[0].traceId).toMatch(/^[0-9a-f]{32}$/);
    // While it fires.
    await restart("SIGTERM");
    await sleep(6_000);
    expect(receiver.said()).toEqual(["firing Errors"]);
    isFailing = false;
    await until("the end", () => receiver.taken.length > 1);
    // A kill between a receiver's answer and the note of it would have it told once more, as nobody could know.
    await sleep(2_000);
    await restart("SIGKILL");
    await sleep(6_000);
    expect(receiver.said()).toEqual(["firing Errors", "resolved Errors"]);
  },
  TEST_MILLIS,
);

test(
  "what waits for a channel that is down outlives a kill, and goes out once",
  async () => {
    receiver.isDown = true;
    await start();
    beginSending();
    isFailing = true;
    await until("an attempt", () => receiver.refused > 0);
    await restart("SIGKILL");
    receiver.isDown = false;
    await until("the notification", () => receiver.taken.length > 0);
    await sleep(5_000);
    expect(receiver.said()).toEqual(["firing Errors"]);
    const text = await (await fetch(`${collector?.web}/metrics`)).text();
    expect(text).toMatch(/^prometheus_rule_evaluations_total\{rule_group="[^"]*shop\.yml;shop"\} [1-9]/m);
    expect(text).toMatch(/^alertmanager_notifications_total\{.*integration="webhook".*\} 1$/m);
  },
  TEST_MILLIS,
);

test(
  "a rule file that is broken keeps its version before running, and is named with file and line until it is right again",
  async () => {
    await start();
    beginSending();
    isFailing = true;
    await until("the alert to be pending", isIn("pending"));
    writeFileSync(rules, `${RULES("3s")}- name: bad\n  rules: [{ alert: A, expr: "sum(" }]\n`);
    const problems = async () => {
      const response = await fetch(`${collector?.web}/api/v1/alerting/summary`);
      return ((await response.json()) as { problems: string[] }).problems;
    };
    await until("the error", async () => (await problems()).length > 0);
    expect((await problems())[0]).toMatch(/shop\.yml, line 11 does not load: .*could not parse/);
    expect(collector?.stderr()).toMatch(/"msg":"cannot run a rule file as it is now.*shop\.yml","line":11/);
    await until("the notification", () => receiver.taken.length > 0);
    writeFileSync(rules, RULES("3s"));
    await until("the error to be gone", async () => (await problems()).length === 0);
    expect(receiver.said()).toEqual(["firing Errors"]);
  },
  TEST_MILLIS,
);

test(
  "the shipped configuration has alerting with rules of its own, and is silent without data",
  async () => {
    const shipped = readFileSync(join(import.meta.dirname, "../../../otel-config.yaml"), "utf8");
    collector = await startCollector({
      config: shipped.replaceAll(/\$\{env:GOLDSPAN_HOST:-localhost\}:\d+|localhost:\d+/g, "localhost:0"),
      args: ["--config", "yaml:{extensions: {alerting: {evaluation_interval: 1s}}}"],
      env: { GOLDSPAN_DATA: join(temp.path, "data"), GOLDSPAN_WEB: "localhost:0" },
    });
    interface Group {
      readonly lastEvaluationMillis: number | null;
      readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError: string }[];
    }
    const groups = async () => {
      const response = await fetch(`${collector?.web}/api/v1/alerting/rules`);
      return ((await response.json()) as { groups: Group[] }).groups;
    };
    await until("an evaluation", async () => (await groups()).some((group) => group.lastEvaluationMillis !== null));
    await sleep(3_000);
    const rulesNow = (await groups()).flatMap((group) => group.rules);
    expect(rulesNow.length).toBeGreaterThan(5);
    expect(rulesNow.filter(({ health }) => health !== "ok")).toEqual([]);
    expect(await alerts()).toEqual([]);
    expect(collector.stderr()).toContain("alerts are seen in the UI only");
    // It cannot scrape itself at port 0.
    const complaints = collector
      .stderr()
      .split("\n")
      .filter((line) => /"level":"(?:warn|error)"/.test(line));
    expect(complaints.filter((line) => !line.includes("a target cannot be scraped"))).toEqual([]);
  },
  TEST_MILLIS,
);
