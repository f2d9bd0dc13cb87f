/** The metrics explorer: writing, completing and correcting queries, charts and tables, and what the address holds. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

function paramOf(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}

test("a query is completed while it is written, and Enter draws it", async () => {
  const page = await ui.open("/metrics");
  await page.getByRole("button", { name: /traces_span_metrics_calls_total/ }).waitFor();
  await page.getByRole("combobox", { name: "Query A" }).click();
  await page.keyboard.type("sum by (service_name) (rate(traces_span_metrics_ca");
  await page.getByRole("option", { name: /traces_span_metrics_calls_total/ }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.type("[1m]))");
  await page.keyboard.press("Enter");
  await expect.poll(() => paramOf(page, "q")).toBe("sum by (service_name) (rate(traces_span_metrics_calls_total[1m]))");
  await page.getByRole("row", { name: /payments/ }).waitFor();
  await page
    .getByRole("img", { name: /over time/ })
    .locator("canvas")
    .waitFor();
});

test("labels and values are completed for the metric being written", async () => {
  const page = await ui.open("/metrics");
  await page.getByRole("combobox", { name: "Query A" }).click();
  await page.keyboard.type("traces_span_metrics_calls_total{service_");
  await page.getByRole("option", { name: /service_name/ }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.type('="paym');
  await page.getByRole("option", { name: /payments/ }).waitFor();
  await page.keyboard.press("Tab");
  expect(await page.getByRole("combobox", { name: "Query A" }).inputValue()).toBe(
    'traces_span_metrics_calls_total{service_name="payments',
  );
});

test("what is wrong is underlined at its place", async () => {
  const page = await ui.open(`/metrics?q=${encodeURIComponent("sum(nonsense(up))")}`);
  await page
    .getByRole("alert")
    .getByText(/nonsense/)
    .waitFor();
  expect((await page.locator("gs-code-field .marked").allInnerTexts()).join("")).toBe("nonsense");
  await page.getByRole("combobox", { name: "Query A" }).fill("vector(1)");
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await page.locator("gs-series-legend tbody tr").waitFor();
});

test("a metric of the browser begins with what one asks of its kind", async () => {
  const page = await ui.open("/metrics");
  await page.getByRole("searchbox", { name: "Find a metric" }).fill("calls_total");
  await page
    .getByRole("list", { name: "Metrics" })
    .getByRole("button", { name: "traces_span_metrics_calls_total" })
    .click();
  await expect.poll(() => paramOf(page, "q")).toMatch(/^rate\(traces_span_metrics_calls_total\[[15]m\]\)$/);
});

test("several queries stand in the address and are removed from it; other units get a chart of their own", async () => {
  const page = await ui.open("/metrics?q=vector(1)");
  await page.getByRole("button", { name: "Query", exact: true }).click();
  await page.getByRole("combobox", { name: "Query B" }).fill("rate(traces_span_metrics_calls_total[1m])");
  await page.keyboard.press("Enter");
  await expect.poll(() => paramOf(page, "q2")).toContain("rate(");
  await expect.poll(() => page.locator("gs-explored-chart").count()).toBe(2);
  await page.getByRole("button", { name: "Remove Query A" }).click();
  await expect.poll(() => paramOf(page, "q")).toContain("rate(");
  expect(paramOf(page, "q2")).toBeNull();
});

test("the table has a column for each label, and the address says that it is shown", async () => {
  const page = await ui.open(
    `/metrics?q=${encodeURIComponent("sum by (service_name) (traces_span_metrics_calls_total)")}`,
  );
  await page.getByRole("radio", { name: "Table" }).click();
  await page.getByRole("columnheader", { name: "service_name" }).waitFor();
  await page.getByRole("cell", { name: "payments" }).waitFor();
  expect(paramOf(page, "view")).toBe("table");
  await page.goBack();
});

test("a line of the legend shows its series alone", async () => {
  const page = await ui.open(
    `/metrics?q=${encodeURIComponent("sum by (service_name) (rate(traces_span_metrics_calls_total[1m]))")}`,
  );
  await page.locator("gs-series-legend").getByRole("button", { name: "payments" }).click();
  await page.getByRole("img", { name: /^: payments over time/ }).waitFor();
});
