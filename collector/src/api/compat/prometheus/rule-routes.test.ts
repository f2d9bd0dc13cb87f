import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AlertingRun } from "../../../../test/kit/alerting-run.ts";
import { tempDirectory } from "../../../../test/kit/stores.ts";
import { createAlertingApi } from "../../alerting/alerting-api.ts";

const RULES = `groups:
- name: shop
  interval: 10s
  rules:
  - { record: "job:up:sum", expr: sum by (job) (up) }
  - { alert: Down, expr: "job:up:sum == 0", for: 1m, keep_firing_for: 5m, labels: { severity: page } }
- { name: other, limit: 3, rules: [{ alert: Never, expr: vector(1) > 2 }] }
`;

let directory: ReturnType<typeof tempDirectory>;
let run: AlertingRun;
let api: ReturnType<typeof createAlertingApi>;
beforeEach(async () => {
  directory = tempDirectory();
  const rules = join(directory.path, "shop.yml");
  writeFileSync(rules, RULES);
  run = await new AlertingRun({ ruleFiles: [rules] }).start();
  api = createAlertingApi({
    service: run.engine.service,
    version: "",
    startedAtMillis: 0,
    pictureOf: async () => undefined,
    replay: () => Promise.reject(new Error("not here")),
    slos: async () => [],
    chart: async () => undefined,
    explain: async () => undefined,
    band: async () => ({ timesMillis: [], lower: [], upper: [], center: [] }),
    reportError: (_id, error) => expect.unreachable(String(error)),
  });
  await run.advance(120_000, () => run.sample({ __name__: "up", job: "pay" }, 0));
});
afterEach(() => directory.remove());

async function data(path: string): Promise<any> {
  const body = (await (await api.request(`/prometheus/api/v1${path}`)).json()) as { status: string; data: unknown };
  return body.status === "success" ? body.data : body;
}
const names = (answer: any): string[] => answer.groups.flatMap(({ rules }: any) => rules.map(({ name }: any) => name));

test("rules are as Prometheus has them", async () => {
  const [shop, other] = (await data("/rules")).groups;
  expect(shop).toMatchObject({ name: "shop", interval: 10, limit: 0, lastEvaluation: expect.stringMatching(/^2026-/) });
  expect(shop.rules).toMatchObject([
    { type: "recording", name: "job:up:sum", query: "sum by (job) (up)", health: "ok", labels: {} },
    {
      type: "alerting",
      name: "Down",
      query: "job:up:sum == 0",
      duration: 60,
      keepFiringFor: 300,
      state: "firing",
      labels: { severity: "page" },
      annotations: {},
      alerts: [{ labels: { alertname: "Down", job: "pay", severity: "page" }, state: "firing", value: "0e+00" }],
    },
  ]);
  expect(other).toMatchObject({ limit: 3, rules: [{ state: "inactive", alerts: [] }] });
});

test("rules are chosen by type, name, group, file and labels, and paged", async () => {
  expect(names(await data("/rules?type=record"))).toEqual(["job:up:sum"]);
  expect(names(await data("/rules?type=alert"))).toEqual(["Down", "Never"]);
  expect(names(await data("/rules?rule_name[]=Down&rule_name[]=x"))).toEqual(["Down"]);
  expect(names(await data("/rules?rule_group[]=other"))).toEqual(["Never"]);
  expect(names(await data("/rules?file[]=nope"))).toEqual([]);
  expect(names(await data(`/rules?match[]=${encodeURIComponent('{severity="page"}')}`))).toEqual(["Down"]);
  expect((await data("/rules?exclude_alerts=true")).groups[0].rules[1].alerts).toEqual([]);
  const first = await data("/rules?group_limit=1");
  expect(first.groups.map(({ name }: any) => name)).toEqual(["shop"]);
  const second = await data(`/rules?group_limit=1&group_next_token=${first.groupNextToken}`);
  expect([second.groups[0].name, second.groupNextToken]).toEqual(["other", undefined]);
  for (const wrong of ["type=x", "group_limit=-1", "group_next_token=x", "match[]=sum("])
    expect(await data(`/rules?${wrong}`)).toMatchObject({ status: "error", errorType: "bad_data" });
});

test("alerts are those that are pending or firing", async () => {
  expect(await data("/alerts")).toEqual({
    alerts: [
      {
        labels: { alertname: "Down", job: "pay", severity: "page" },
        annotations: {},
        state: "firing",
        activeAt: expect.stringMatching(/^2026-01-01T00:00:/),
        value: "0e+00",
      },
    ],
  });
});
