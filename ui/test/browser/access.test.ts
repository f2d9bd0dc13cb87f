/** Every page in light and dark: axe finds nothing serious, nothing is wider than a phone. */
import { expect, test } from "vitest";
import { findSeriousProblems } from "../kit/axe.ts";
import { TRACE_IDS } from "../kit/special-traces.ts";
import { settle } from "../kit/settle.ts";
import { useUi } from "../kit/use-ui.ts";

const PAGES = [
  { path: "/services", ready: "tr.service" },
  { path: "/services/payments", ready: "gs-operation-table tbody tr" },
  {
    path: "/metrics?q=sum by (service_name) (rate(traces_span_metrics_calls_total[1m]))",
    ready: "gs-series-legend tbody tr",
  },
  {
    path: "/metrics?view=table&q=sum by (service_name) (traces_span_metrics_calls_total)",
    ready: "gs-sample-table tbody tr",
  },
  { path: "/metrics?q=sum(", ready: ".complaint" },
  { path: "/boards", ready: ".ready a" },
  { path: "/boards/golden:payments", ready: "gs-time-chart" },
  { path: "/map?focus=payments", ready: "gs-map-panel" },
  { path: "/map?edge=orders→payments", ready: "gs-map-panel gs-example-traces" },
  { path: "/traces?q=service:payments+error", ready: ".line" },
  { path: `/traces/${TRACE_IDS.failedOrder}`, ready: "[role=treeitem]" },
  { path: `/traces/${TRACE_IDS.failedOrder}?find=payments`, ready: ".match" },
  { path: `/traces/${TRACE_IDS.failedOrder}?tab=logs`, ready: "gs-log-row" },
  { path: `/traces/${TRACE_IDS.failedOrder}?tab=table`, ready: "tbody tr" },
  { path: "/logs", ready: "gs-log-list .row" },
  { path: "/logs?cols=user.id,logger.name&wrap=1", ready: "gs-log-list .row" },
  { path: "/logs?q=level:error+|+count+by+service+every+5m", ready: "gs-log-table tbody tr" },
  { path: "/logs?tab=patterns", ready: "gs-log-patterns tbody tr" },
  { path: "/logs?q=level:loud", ready: "gs-log-query .complaint" },
  { path: "/exceptions", ready: "gs-exception-table tbody tr" },
  { path: "/alerts?tab=history", ready: "gs-alert-history gs-empty, gs-alert-history tbody tr" },
  { path: "/alerts?tab=rules", ready: "gs-alert-rules gs-empty, gs-alert-rules tbody tr" },
  { path: "/alerts?tab=rules&file=mine", ready: "gs-rule-preview tbody tr, gs-rule-editor gs-failure" },
  { path: "/alerts?tab=objectives", ready: "gs-slo table, gs-objectives gs-empty" },
  { path: "/alerts?tab=channels", ready: "gs-alert-channels gs-empty, gs-alert-channels tbody tr" },
  {
    path: "/alerts?tab=channels&channel=on-call/slack/0&labels=severity=page",
    ready: "gs-message-preview article, gs-alert-channels gs-empty",
  },
  { path: "/services/payments?differ=1795690000000-1795690060000&about=errors", ready: "gs-difference section" },
  { path: "/alerts", ready: "gs-alerts-now gs-empty, a.alert" },
  { path: "/alerts?tab=silences&new=1", ready: "gs-silence-form" },
  { path: "/storage", ready: "gs-usage-bars tbody tr" },
];

const ui = useUi();

test.each(PAGES)("axe finds nothing serious on $path, light and dark", async ({ path, ready }) => {
  const page = await ui.open(path, { colorScheme: "light", bypassCSP: true });
  await page.locator(ready).first().waitFor();
  const span = page.getByRole("button", { name: /first error in/ });
  if (path.endsWith(TRACE_IDS.failedOrder)) await span.click();
  await settle(page);
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  expect(await findSeriousProblems(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await settle(page);
  expect(await ground()).not.toBe(light);
  expect(await findSeriousProblems(page)).toEqual([]);
});

test.each(PAGES)("a phone shows $path without scrolling sideways", async ({ path, ready }) => {
  const page = await ui.open(path, { viewport: { width: 390, height: 844 } });
  await page.locator(ready).first().waitFor();
  await settle(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
});
