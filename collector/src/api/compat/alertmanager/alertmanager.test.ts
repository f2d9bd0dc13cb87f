/** Alertmanager's API over a running engine: the requests of amtool and of a Prometheus, and their answers. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AlertingRun } from "../../../../test/kit/alerting-run.ts";
import { tempDirectory } from "../../../../test/kit/stores.ts";
import { createAlertingApi } from "../../alerting/alerting-api.ts";

const MINUTE = 60_000;
const NOTIFY = `# a comment that names hunter2
global: { slack_api_url: "https://hooks.slack.com/services/T0/B0/hunter2" }
route:
  receiver: ops
  group_by: [alertname]
  routes: [{ receiver: database, matchers: ['team="db"'] }]
receivers:
- name: ops
  webhook_configs:
  - url: "http://localhost:1/hunter2"
    http_config: { basic_auth: { username: me, password: &p hunter2 }, http_headers: { X-Key: { values: [hunter2] } } }
- name: database
  slack_configs: [{ channel: "#db", send_resolved: true }]
inhibit_rules:
- { source_matchers: ['severity="page"'], target_matchers: ['severity="info"'], equal: [team] }
`;

let directory: ReturnType<typeof tempDirectory>;
let run: AlertingRun;
let api: ReturnType<typeof createAlertingApi>;
beforeEach(async () => {
  directory = tempDirectory();
  const notify = join(directory.path, "alertmanager.yml");
  writeFileSync(notify, NOTIFY);
  run = await new AlertingRun({ configFile: notify }).start();
  api = createAlertingApi({
    service: run.engine.service,
    version: "1.2.3",
    startedAtMillis: 5,
    pictureOf: async () => undefined,
    replay: () => Promise.reject(new Error("not here")),
    slos: async () => [],
    chart: async () => undefined,
    explain: async () => undefined,
    band: async () => ({ timesMillis: [], lower: [], upper: [], center: [] }),
    reportError: (_id, error) => expect.unreachable(String(error)),
  });
});
afterEach(() => directory.remove());

async function ask(path: string, method = "GET", body?: unknown): Promise<{ status: number; body: any }> {
  const response = await api.request(`/alertmanager/api/v2${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

const posted = (labels: Record<string, string>, more: object = {}) => ({
  labels: { alertname: "Slow", ...labels },
  annotations: { summary: "slow" },
  startsAt: new Date(run.now).toISOString(),
  endsAt: new Date(run.now + 4 * MINUTE).toISOString(),
  generatorURL: "http://prometheus/graph",
  ...more,
});

describe("alerts that a Prometheus sends", () => {
  test("are told, listed, and resolved when it says so", async () => {
    expect((await ask("/alerts", "POST", [posted({ team: "db" })])).status).toBe(200);
    const { body } = await ask("/alerts");
    expect(body).toMatchObject([
      {
        labels: { alertname: "Slow", team: "db" },
        annotations: { summary: "slow" },
        startsAt: new Date(run.now).toISOString(),
        receivers: [{ name: "database" }],
        status: { state: "active", silencedBy: [], inhibitedBy: [], mutedBy: [] },
        generatorURL: "http://prometheus/graph",
      },
    ]);
    expect(body[0].fingerprint).toMatch(/^[0-9a-f]{16}$/);
    await run.advance(MINUTE);
    expect(run.takeSent()).toEqual(["database first: Slow firing"]);
    await ask("/alerts", "POST", [posted({ team: "db" }, { endsAt: new Date(run.now).toISOString() })]);
    expect((await ask("/alerts")).body).toEqual([]);
    await run.advance(6 * MINUTE);
    expect(run.takeSent()).toEqual(["database all_resolved: Slow resolved"]);
  });

  test("have no end when Go says never", async () => {
    await ask("/alerts", "POST", [posted({}, { endsAt: "0001-01-01T00:00:00Z" })]);
    await run.advance(4 * MINUTE);
    expect((await ask("/alerts")).body).toHaveLength(1);
    await run.advance(2 * MINUTE);
    expect((await ask("/alerts")).body).toEqual([]);
  });

  test.each([
    ["no list", {}],
    ["labels that are no texts", [{ labels: { a: 5 } }]],
    ["a time that is none", [{ labels: { a: "b" }, startsAt: "yesterday" }]],
    ["no labels", [{ labels: {} }]],
    [
      "an end before its begin",
      [{ labels: { a: "b" }, startsAt: "2026-01-02T00:00:00Z", endsAt: "2026-01-01T00:00:00Z" }],
    ],
  ])("with %s are refused in a sentence", async (_, body) => {
    expect(await ask("/alerts", "POST", body)).toEqual({ status: 400, body: expect.any(String) });
  });

  test("are filtered by labels, receiver and state, and grouped", async () => {
    await ask("/alerts", "POST", [
      posted({ team: "db", severity: "page" }),
      posted({ team: "db", severity: "info" }),
      posted({ team: "web" }),
    ]);
    const count = async (query: string) => (await ask(`/alerts?${query}`)).body.length;
    expect(await count("")).toBe(3);
    expect(await count(`filter=${encodeURIComponent('team="db"')}`)).toBe(2);
    expect(
      await count(`filter=${encodeURIComponent('team="db"')}&filter=${encodeURIComponent("severity!=page")}`),
    ).toBe(1);
    expect(await count("receiver=data.*")).toBe(2);
    expect(await count("inhibited=false")).toBe(2);
    expect(await count("active=false")).toBe(1);
    for (const wrong of ["filter=a", "active=yes", "receiver=("])
      expect(await ask(`/alerts?${wrong}`)).toEqual({ status: 400, body: expect.any(String) });
    const groups = (await ask("/alerts/groups")).body;
    expect(groups.map(({ receiver, alerts }: any) => [receiver.name, alerts.length])).toEqual([
      ["database", 2],
      ["ops", 1],
    ]);
    expect((await ask("/alerts/groups?receiver=ops")).body).toHaveLength(1);
  });
});

describe("silences", () => {
  const silence = (more: object = {}) => ({
    matchers: [{ name: "team", value: "db|web", isRegex: true, isEqual: true }],
    startsAt: new Date(run.now).toISOString(),
    endsAt: new Date(run.now + 60 * MINUTE).toISOString(),
    createdBy: "amtool",
    comment: "planned",
    ...more,
  });

  test("are made, found, changed and ended as amtool does it", async () => {
    await ask("/alerts", "POST", [posted({ team: "db" })]);
    const { silenceID } = (await ask("/silences", "POST", silence())).body;
    expect((await ask(`/silence/${silenceID}`)).body).toMatchObject({
      ...silence(),
      id: silenceID,
      status: { state: "active" },
    });
    expect((await ask("/alerts")).body[0].status).toMatchObject({ state: "suppressed", silencedBy: [silenceID] });
    expect((await ask("/alerts?silenced=false")).body).toEqual([]);
    expect((await ask(`/silences?filter=${encodeURIComponent("team=db|web")}`)).body).toHaveLength(1);
    expect((await ask(`/silences?filter=${encodeURIComponent("team=other")}`)).body).toEqual([]);
    const later = silence({ id: silenceID, endsAt: new Date(run.now + 90 * MINUTE).toISOString() });
    expect((await ask("/silences", "POST", later)).body).toEqual({ silenceID });
    expect((await ask(`/silence/${silenceID}`, "DELETE")).status).toBe(200);
    expect((await ask(`/silence/${silenceID}`)).body.status).toEqual({ state: "expired" });
  });

  test("that are not there are 404, that cannot be are 400", async () => {
    expect((await ask("/silence/nope")).status).toBe(404);
    expect((await ask("/silence/nope", "DELETE")).status).toBe(404);
    expect((await ask("/silences", "POST", silence({ id: "nope" }))).status).toBe(404);
    expect((await ask("/silences", "POST", silence({ matchers: [] }))).status).toBe(400);
    expect((await ask("/silences", "POST", silence({ endsAt: undefined }))).status).toBe(400);
  });
});

test("status shows the configuration and not one of its secrets", async () => {
  const { body } = await ask("/status");
  expect(body).toMatchObject({ cluster: { status: "disabled", peers: [] }, uptime: "1970-01-01T00:00:00.005Z" });
  expect(body.config.original).toContain("receiver: database");
  expect(body.config.original).toContain("<secret>");
  expect(JSON.stringify(body)).not.toContain("hunter2");
  expect((await ask("/receivers")).body).toEqual([{ name: "ops" }, { name: "database" }]);
  expect(await (await api.request("/alertmanager/-/ready")).text()).toBe("OK");
});
