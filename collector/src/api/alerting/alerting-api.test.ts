/** The routes of alerting over a running engine; every answer is held against the OpenAPI document. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AlertingRun, FakeSending } from "../../../test/kit/alerting-run.ts";
import { tempDirectory } from "../../../test/kit/stores.ts";
import type { Evidence } from "../../alerts/channels/notification.ts";
import { UnknownChannelError, type PreviewRequest, type Sending } from "../../alerts/send/sending.ts";
import type {
  WireAlertChart,
  WireAlertDetail,
  WireAlerts,
  WireChannels,
  WireDifference,
  WireNormalBand,
  WireRouting,
  WireRules,
  WireSilence,
  WireSilences,
} from "../contract.ts";
import { openApiDocument } from "../openapi.ts";
import { labelsOf } from "../../model/labels.ts";
import { createAlertingApi } from "./alerting-api.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { isAlertingPath } from "./alerting-paths.ts";

const MINUTE = 60_000;
const RULES = `groups:
- name: shop
  interval: 10s
  labels: { team: shop }
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
  - alert: Down
    expr: job:up:sum == 0
    for: 1m
    labels: { severity: page }
    annotations: { summary: "{{ $labels.job }} is down" }
`;
const NOTIFY = `route:
  receiver: ops
  group_by: [alertname]
  routes:
  - { receiver: "night shift", matchers: ['severity="page"'], mute_time_intervals: [] , continue: true }
receivers:
- name: ops
  webhook_configs: [{ url: "http://localhost:1/secret-token" }]
- name: night shift
`;
const EVIDENCE: Evidence = {
  service: "pay",
  operation: "POST /charges",
  traces: [
    {
      traceId: "a".repeat(32),
      spanId: "b".repeat(16),
      service: "pay",
      operation: "charge",
      durationMs: 12,
      error: true,
    },
  ],
  logs: [{ time: 5, severity: "ERROR", service: "pay", body: "no", traceId: "" }],
  release: "pay 1.5.0",
  links: { Alert: "http://localhost:8317/alerts/x" },
  brokeFirst: {
    kind: "span",
    service: "bank",
    text: "connect",
    detail: "refused",
    time: 4,
    traceId: "",
    spanId: "",
    share: 1,
  },
  chart: { title: "errors", unit: "1", times: [1, 2], values: [null, 0.5], threshold: 0.1 },
};

let directory: ReturnType<typeof tempDirectory>;
let run: AlertingRun;
let api: ReturnType<typeof createAlertingApi>;
const reported: unknown[] = [];
const tested: string[] = [];
const asked: string[] = [];
let isSlow = false;
const untilGone = (what: string, signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    asked.push(`${what} begins`);
    signal.addEventListener("abort", () => {
      asked.push(`${what} ends`);
      reject(signal.reason as Error);
    });
  });

const ajv = new Ajv({ strict: false });
const document = openApiDocument("1.2.3") as any;
ajv.addSchema({ ...document, $id: "document" });

beforeEach(async () => {
  directory = tempDirectory();
  const [rules, notify] = [join(directory.path, "shop.yml"), join(directory.path, "alertmanager.yml")];
  writeFileSync(rules, RULES);
  writeFileSync(notify, NOTIFY);
  const channel = {
    id: "ops/webhook/0",
    receiver: "ops",
    kind: "webhook",
    index: 0,
    target: "localhost:1",
    sendResolved: true,
    sent: 3,
    failed: 1,
    waiting: 0,
    lastSentAt: 7,
    lastError: "",
    lastErrorAt: undefined,
    retryAt: undefined,
  };
  const letters = [
    { id: "ops/webhook/0/{}:{}@5", channelId: channel.id, receiver: "ops", kind: "webhook", alerts: ["Down"] },
  ].map((letter) => ({ ...letter, createdAt: 5, failedAt: 9, attempts: 4, message: "HTTP 500" }));
  run = new AlertingRun(
    { ruleFiles: [rules], configFile: notify },
    {
      gather: async () => EVIDENCE,
      find: () => async (_rule, timestampMillis) => [
        { labels: labelsOf({ service_name: "pay" }), timestampMillis, value: 0.5 },
      ],
      createSending: (offers): Sending =>
        Object.assign(new FakeSending(run.store.documents, offers), {
          status: () => [channel],
          deadLetters: () => letters,
          retry: async (id: string) => id === letters[0].id,
          drop: async (id: string) => id === letters[0].id,
          test: async (id: string) => {
            if (id !== channel.id) throw new UnknownChannelError(`cannot find the channel ${id}`);
            tested.push(id);
            return { outcome: "sent" as const, message: "", durationMillis: 3 };
          },
          preview: async (_id: string, { alerts, isResolved }: PreviewRequest) => ({
            requests: [
              { method: "POST", url: "http://localhost:1/<secret>", headers: {}, body: JSON.stringify(alerts ?? []) },
            ],
            text: isResolved ? "over" : "Down",
            hasPicture: false,
            shown: { blocks: [{ kind: "text" as const, runs: [{ text: "<b>Down</b>", isBold: true }] }] },
          }),
        }),
    },
  );
  await run.start();
  const context: AlertingContext = {
    service: run.engine.service,
    version: "1.2.3",
    startedAtMillis: 5,
    pictureOf: async (id, signal) => {
      if (id === "slow") return untilGone(id, signal);
      return id.includes("x") ? undefined : new Uint8Array([0x89, 0x50]);
    },
    replay: async ({ startMillis, endMillis }, _signal, onProgress) => {
      await setImmediate();
      onProgress?.(0.5);
      await setImmediate();
      return { startMillis, endMillis, reachedMillis: endMillis, stepMillis: 1, dataStartMillis: null, rules: [] };
    },
    slos: async (signal) => (isSlow ? untilGone("slos", signal) : []),
    chart: async ({ rule, evidence, activeAtMillis, endMillis }) => {
      asked.push(`chart of ${rule?.alert}, ${endMillis - activeAtMillis} after`);
      return evidence.chart && { ...evidence.chart, values: [0.1, 0.2] };
    },
    explain: async ({ service, operation, startMillis, endMillis, about }) => {
      asked.push(`${service} ${operation} ${startMillis}-${endMillis} ${about}`);
      return service === "pay" ? EVIDENCE : undefined;
    },
    band: async (source, labels, { startMillis, endMillis, stepMillis }) => {
      asked.push(`${source.signal} ${labels.alertname} ${endMillis - startMillis} ${stepMillis}`);
      return { timesMillis: [startMillis], lower: [null], upper: [0.2], center: [0.1] };
    },
    reportError: (_id, error) => reported.push(error),
  };
  api = createAlertingApi(context);
});
afterEach(() => {
  expect(reported.splice(0)).toEqual([]);
  directory.remove();
});

/** Of /api/v1/alerting; its answer must be as documented. */
async function ask<T = any>(path: string, method = "GET", body?: unknown): Promise<{ status: number; body: T }> {
  const response = await api.request(`/api/v1/alerting${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === "" ? undefined : (JSON.parse(text) as T);
  const url = `/api/v1/alerting${path.split("?")[0]}`;
  const matches = Object.keys(document.paths).filter((each) =>
    new RegExp(`^${each.replace(/\{\w+\}/g, "[^/]+")}$`).test(url),
  );
  const documented = document.paths[matches.find((each) => !each.includes("{")) ?? matches[0]]?.[method.toLowerCase()];
  const content = documented?.responses[response.status]?.content;
  if (answer !== undefined && documented) {
    const validate = ajv.getSchema(`document${content["application/json"].schema.$ref}`);
    expect(validate?.(answer), `${method} ${path}: ${JSON.stringify(validate?.errors)} ${text}`).toBe(true);
  } else expect(documented?.responses[response.status] ?? 404, `${method} ${path} ${response.status}`).toBeDefined();
  return { status: response.status, body: answer as T };
}

const down = () => run.sample({ __name__: "up", job: "pay" }, 0);
const up = () => run.sample({ __name__: "up", job: "pay" }, 1);

test("every route is in the OpenAPI document, and is asked where alerting runs", () => {
  const documented = new Set(Object.keys(document.paths));
  for (const { path, method } of api.routes) {
    if (method === "ALL") continue;
    expect(documented).toContain(path.replace(/:(\w+)/g, "{$1}"));
    expect(isAlertingPath(path)).toBe(true);
  }
});

describe("alerts", () => {
  test("are pending, then firing, with what was found and who was told", async () => {
    await run.advance(30_000, down);
    expect((await ask("/summary")).body).toEqual({
      isOn: true,
      firing: 0,
      pending: 1,
      silenced: 0,
      problems: ["1 notification was given up"],
    });
    await run.advance(3 * MINUTE, down);
    const { alerts } = (await ask<WireAlerts>("/alerts")).body;
    expect(alerts).toMatchObject([
      {
        name: "Down",
        state: "firing",
        summary: "pay is down",
        severity: "page",
        service: "pay",
        operation: "POST /charges",
        value: 0,
        receivers: ["night shift"],
        traceIds: ["a".repeat(32)],
      },
    ]);
    const { body } = await ask<WireAlertDetail>(`/alerts/${encodeURIComponent(alerts[0].id)}`);
    expect(body.alert).toEqual(alerts[0]);
    expect(body.rule).toMatchObject({ name: "Down", query: "job:up:sum == 0", state: "firing", line: 8 });
    expect(body.evidence).toMatchObject({
      brokeFirst: { text: "connect: refused" },
      chart: { threshold: 0.1, band: null },
      release: null,
    });
    expect(body.evidence?.text.join("\n")).toContain("POST /charges");
  });

  test("that ended are found by their id, with earlier ones of the same", async () => {
    await run.advance(2 * MINUTE, down);
    await run.advance(40 * MINUTE, up);
    await run.advance(2 * MINUTE, down);
    await run.advance(40 * MINUTE, up);
    expect((await ask<WireAlerts>("/alerts")).body.alerts).toEqual([]);
    const { episodes, isCut } = (await ask("/history?limit=1")).body;
    expect([episodes.length, isCut]).toEqual([1, true]);
    const detail = (await ask<WireAlertDetail>(`/alerts/${encodeURIComponent(episodes[0].id)}`)).body;
    expect(detail.alert).toMatchObject({ state: "resolved", resolvedAtMillis: episodes[0].resolvedAtMillis });
    expect(detail.episodes).toHaveLength(1);
    expect((await ask("/history?service=other")).body.episodes).toEqual([]);
    expect((await ask("/alerts/nope")).status).toBe(404);
  });

  test("have a picture where there is something to draw", async () => {
    const response = await api.request("/api/v1/alerting/alerts/1/picture");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect((await ask("/alerts/x/picture")).status).toBe(404);
  });
});

test("the chart of an alert is drawn over all its time, to a little after its end", async () => {
  await run.advance(2 * MINUTE, down);
  const [{ id, activeAtMillis }] = run.engine.service.alerts();
  const chart = () => ask<WireAlertChart>(`/alerts/${encodeURIComponent(id)}/chart`);
  expect((await chart()).body).toMatchObject({ values: [0.1, 0.2], threshold: 0.1 });
  expect(asked.splice(0)).toEqual([`chart of Down, ${run.now - activeAtMillis} after`]);
  expect((await ask("/alerts/nope/chart")).status).toBe(404);
});

describe("what is normal", () => {
  test("is told of alerts of baseline rules, over any range, and of no others", async () => {
    await run.engine.service.putRuleFile(
      "unusual",
      "groups: [{ name: g, rules: [{ alert: Unusual, baseline: { signal: error_ratio, without_history: 0% } }] }]",
    );
    await run.advance(2 * MINUTE, down);
    const alerts = run.engine.service.alerts();
    const band = (id: string, query: string) => ask<WireNormalBand>(`/alerts/${encodeURIComponent(id)}/band?${query}`);
    const unusual = alerts.find(({ labels }) => labels.alertname === "Unusual");
    expect((await band(unusual?.id ?? "", "start=1000&end=61000&step=5000")).body).toEqual({
      signal: "error_ratio",
      quantile: 0.95,
      timesMillis: [1000],
      lower: [null],
      upper: [0.2],
      center: [0.1],
    });
    await band(unusual?.id ?? "", "start=0&end=36000000&step=1000");
    expect(asked.splice(0)).toEqual(["error_ratio Unusual 60000 5000", "error_ratio Unusual 36000000 36000"]);
    const other = alerts.find(({ labels }) => labels.alertname === "Down");
    expect((await band(other?.id ?? "", "")).status).toBe(404);
    expect((await band("nope", "")).status).toBe(404);
    expect((await band(unusual?.id ?? "", "step=fast")).status).toBe(400);
  });
});

describe("what was different", () => {
  test("is told of any service, operation and stretch of time", async () => {
    const difference = (query: string) => ask<WireDifference>(`/difference?${query}`);
    const { body } = await difference("service=pay&operation=POST%20%2Fcharges&start=1000&end=61000&about=errors");
    expect(body.evidence).toMatchObject({ service: "pay", traces: [{ operation: "charge" }] });
    expect((await difference("service=nobody&start=1000&end=61000")).body).toEqual({ evidence: null });
    expect(asked.splice(0)).toEqual(["pay POST /charges 1000-61000 errors", "nobody  1000-61000 any"]);
  });

  test.each([
    "",
    "service=pay&start=5&end=4",
    "service=pay&start=1000&end=1001",
    "service=pay&about=odd",
    "service=pay&start=0&end=90000000",
  ])("is refused of %j", async (query) => {
    expect((await ask(`/difference?${query}`)).status).toBe(400);
  });
});

describe("rules", () => {
  test("are listed by group, with where they stand", async () => {
    await run.advance(2 * MINUTE, down);
    const { files, groups } = (await ask<WireRules>("/rules")).body;
    expect(files).toMatchObject([{ origin: "file", issues: [] }]);
    expect(groups[0].rules).toMatchObject([
      { kind: "recording", name: "job:up:sum", health: "ok" },
      { kind: "alerting", source: "expr", labels: { team: "shop", severity: "page" }, forMillis: MINUTE, firing: 1 },
    ]);
  });

  test("of the UI are checked, kept, changed and deleted", async () => {
    const bad = { text: "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum(" };
    const check = (await ask("/rules/check", "POST", bad)).body;
    expect(check).toMatchObject({ groups: 1, issues: [{ line: 5, severity: "error" }] });
    const twice = { text: "groups:\n- name: g\n  rules:\n  - { alert: A, expr: up }\n  - { alert: A, expr: up == 0 }" };
    expect((await ask("/rules/check", "POST", twice)).body.issues).toMatchObject([
      { line: 5, severity: "warning", message: expect.stringContaining('"A" stands in line 4 already') },
    ]);
    const refused = await ask("/rule-files/mine", "PUT", bad);
    expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining("line 5")]);
    const good = { text: "groups: [{ name: g, rules: [{ alert: A, expr: up == 2 }] }]" };
    expect((await ask("/rule-files/mine", "PUT", good)).status).toBe(200);
    expect((await ask("/rule-files/mine")).body).toMatchObject({ name: "mine", origin: "ui", ...good });
    expect((await ask<WireRules>("/rules")).body.groups.map(({ name }) => name)).toContain("g");
    expect((await ask("/rule-files/mine", "DELETE")).status).toBe(204);
    expect((await ask("/rule-files/mine")).status).toBe(404);
    expect((await ask("/rule-files/mine", "DELETE")).status).toBe(404);
    expect((await ask("/rule-files/..%2F..%2Fetc", "PUT", good)).status).toBe(400);
    expect((await ask("/rule-files/mine", "PUT", {})).status).toBe(400);
  });

  test("of the UI's are not written over what somebody else made of them", async () => {
    const texts = [1, 2].map((n) => `groups:\n- name: g${n}\n  rules: [{ alert: A, expr: up == 0 }]\n`);
    const made = await ask("/rule-files/mine", "PUT", { text: texts[0], version: "" });
    const again = await ask("/rule-files/mine", "PUT", { text: texts[1], version: "" });
    expect([made.status, again.status, again.body.error.message]).toEqual([
      200,
      409,
      "cannot save over the rule file mine: it is there already since it was read; read it again",
    ]);
    const { version } = made.body;
    expect((await ask("/rule-files/mine")).body.version).toBe(version);
    const changed = await ask("/rule-files/mine", "PUT", { text: texts[1], version });
    const [late, ...others] = await Promise.all([
      ask("/rule-files/mine", "PUT", { text: texts[0], version }),
      ask("/rule-files/mine?version=older", "DELETE"),
    ]);
    expect([changed.status, late.status, others[0].status]).toEqual([200, 409, 409]);
    expect((await ask("/rule-files/mine")).body.text).toBe(texts[1]);
    expect((await ask("/rule-files/mine", "PUT", { text: texts[0], version: 1 })).status).toBe(400);
    expect((await ask(`/rule-files/mine?version=${changed.body.version}`, "DELETE")).status).toBe(204);
  });

  test("on disk are told as they lie there, also when another version runs", async () => {
    const [{ name }] = (await ask<WireRules>("/rules")).body.files;
    writeFileSync(name, "groups: [{ name: shop }, { name: shop }]\n");
    await run.advance(2 * MINUTE);
    const { body } = await ask<WireRules>("/rules");
    expect(body.files[0].issues.length).toBe(1);
    expect((await ask(`/rule-files/${encodeURIComponent(name)}`)).body.text).toContain(
      "{ name: shop }, { name: shop }",
    );
  });

  test("are replayed line by line, with the progress", async () => {
    const response = await api.request("/api/v1/alerting/rules/replay", {
      method: "POST",
      headers: { accept: "application/x-ndjson" },
      body: JSON.stringify({ text: RULES, start: 0, end: MINUTE, line: 7 }),
    });
    const lines = (await response.text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { progress: 0.5 },
      { replay: expect.objectContaining({ endMillis: MINUTE, rules: [] }) as object },
    ]);
    expect((await ask("/rules/replay", "POST", { text: RULES, line: 0 })).status).toBe(400);
  });

  test("are replayed over at most a month", async () => {
    const { body } = await ask("/rules/replay", "POST", { text: RULES, start: 0, end: MINUTE });
    expect(body).toMatchObject({ startMillis: 0, reachedMillis: MINUTE });
    expect((await ask("/rules/replay", "POST", { text: RULES, start: 0, end: 40 * 86_400_000 })).status).toBe(400);
    expect((await ask("/rules/replay", "POST", { text: RULES, start: "x" })).status).toBe(400);
  });
});

const silence = () => ({
  matchers: [{ name: "job", operator: "=" as const, value: "pay" }],
  startsAtMillis: run.now,
  endsAtMillis: run.now + 60 * MINUTE,
  createdBy: "me",
  comment: "planned",
});

describe("silences", () => {
  test("are made, hold alerts back, and end", async () => {
    await run.advance(2 * MINUTE, down);
    const made = await ask<WireSilence>("/silences", "POST", silence());
    expect(made).toMatchObject({ status: 201, body: { ...silence(), state: "active", alerts: 1 } });
    expect((await ask("/summary")).body).toMatchObject({ firing: 0, silenced: 1 });
    expect((await ask<WireAlerts>("/alerts")).body.alerts[0].silencedBy).toEqual([made.body.id]);
    const changed = await ask("/silences", "POST", { ...silence(), id: made.body.id, comment: "longer" });
    expect(changed.body).toMatchObject({ comment: "longer" });
    expect((await ask(`/silences/${changed.body.id}`, "DELETE")).status).toBe(204);
    const { silences } = (await ask<WireSilences>("/silences")).body;
    expect(silences.every(({ state }) => state === "expired")).toBe(true);
    expect((await ask("/silences/nope", "DELETE")).status).toBe(404);
  });

  test.each([
    ["no list", { matchers: 5 }],
    ["an unknown operator", { matchers: [{ name: "a", operator: "~", value: "b" }] }],
    ["no matcher", { matchers: [] }],
    ["an expression that cannot be read", { matchers: [{ name: "a", operator: "=~", value: "(" }] }],
    ["an end before its begin", { endsAtMillis: 5 }],
    ["a time that is none", { startsAtMillis: "today" }],
  ])("with %s are refused", async (_, wrong) => {
    expect((await ask("/silences", "POST", { ...silence(), ...wrong })).status).toBe(400);
  });
});

describe("channels", () => {
  test("are listed with their routes, tested and previewed", async () => {
    const { channels, routes, configFile } = (await ask<WireChannels>("/channels")).body;
    expect(channels).toMatchObject([{ id: "ops/webhook/0", sent: 3, lastSentMillis: 7, retryAtMillis: null }]);
    expect(routes).toMatchObject([
      { depth: 0, receiver: "ops", groupBy: ["alertname"] },
      { depth: 1, receiver: "night shift", matchers: ['severity="page"'], continues: true },
    ]);
    expect(configFile).toContain("alertmanager.yml");
    expect((await ask("/channels/ops/webhook/0/test", "POST")).body).toMatchObject({ outcome: "sent" });
    expect(tested.splice(0)).toEqual(["ops/webhook/0"]);
    expect((await ask("/channels/night%20shift/webhook/0/test", "POST")).status).toBe(404);
    expect((await ask("/channels/ops/webhook/0/preview")).body.requests[0].body).toBe("[]");
    await run.advance(2 * MINUTE, down);
    const [{ id }] = run.engine.service.alerts();
    const preview = await ask(`/channels/ops/webhook/0/preview?alert=${encodeURIComponent(id)}`);
    expect(JSON.parse(preview.body.requests[0].body)).toMatchObject([
      { labels: { alertname: "Down" }, isResolved: false },
    ]);
    expect(preview.body.shown).toEqual([
      { kind: "text", runs: [{ text: "<b>Down</b>", isBold: true, isCode: false, href: "" }], fields: [] },
    ]);
    const over = await ask(`/channels/ops/webhook/0/preview?state=resolved&alert=${encodeURIComponent(id)}`);
    expect(over.body.text).toBe("over");
    expect(JSON.parse(over.body.requests[0].body)).toMatchObject([{ isResolved: true, endsAt: expect.any(Number) }]);
    expect((await ask("/channels/ops/webhook/0/preview?state=odd")).status).toBe(400);
  });

  test("have routes that say who takes certain labels", async () => {
    const routing = async (...labels: string[]) =>
      (await ask<WireRouting>(`/routing?${labels.map((label) => `label=${encodeURIComponent(label)}`).join("&")}`))
        .body;
    expect(await routing("alertname=Down", "a=b=c")).toEqual({
      matches: [{ route: 0, receiver: "ops", groupLabels: { alertname: "Down" }, isMuted: false }],
      silencedBy: [],
      inhibitedBy: [],
    });
    expect((await routing("severity=page")).matches).toMatchObject([{ route: 1, receiver: "night shift" }]);
    await ask("/silences", "POST", silence());
    expect((await routing("alertname=Down", "job=pay")).silencedBy).toHaveLength(1);
    expect((await ask("/routing?label=nothing")).status).toBe(400);
  });

  test("have dead letters that are sent again or dropped", async () => {
    const { letters } = (await ask("/dead-letters")).body;
    expect(letters).toMatchObject([{ attempts: 4, createdAtMillis: 5, failedAtMillis: 9 }]);
    const id = encodeURIComponent(letters[0].id);
    expect((await ask(`/dead-letters/${id}/retry`, "POST")).status).toBe(204);
    expect((await ask(`/dead-letters/${id}`, "DELETE")).status).toBe(204);
    expect((await ask("/dead-letters/nope", "DELETE")).status).toBe(404);
  });
});

test("what takes long ends when whoever asked has left", async () => {
  isSlow = true;
  for (const [path, what] of [
    ["/slos", "slos"],
    ["/alerts/slow/picture", "slow"],
  ]) {
    asked.length = 0;
    const left = new AbortController();
    const response = api.request(new Request(`http://localhost/api/v1/alerting${path}`, { signal: left.signal }));
    await expect.poll(() => asked).toEqual([`${what} begins`]);
    left.abort();
    await response;
    expect(asked).toEqual([`${what} begins`, `${what} ends`]);
  }
  isSlow = false;
});

test("objectives have a route of their own", async () => {
  expect((await ask("/slos")).body).toEqual({ slos: [] });
});
