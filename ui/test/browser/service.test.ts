/** A service's page: its charts and what they lead to, its neighbours, operations, errors, examples and instances. */
import { expect, test } from "vitest";
import { answerWith } from "../kit/page.ts";
import { boxOf, dragAcross } from "../kit/pointer.ts";
import { settle } from "../kit/settle.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("shows the whole story of a service on one page", async () => {
  const page = await ui.open("/services/payments?last=1h");
  await page.getByRole("heading", { name: "payments" }).waitFor();
  await page
    .getByText(/of requests fail|failed/)
    .first()
    .waitFor();
  for (const name of ["Latency", "Traffic", "Errors", "Saturation"])
    await page.getByRole("img", { name: new RegExp(`^${name}:`) }).waitFor();
  await page.getByRole("region", { name: "Neighbours" }).getByRole("link", { name: "orders" }).waitFor();
  await page.getByRole("row", { name: /POST \/charge/ }).waitFor();
  await page
    .getByRole("region", { name: "What went wrong" })
    .getByText(/declined/)
    .first()
    .waitFor();
  await page.getByRole("region", { name: "Failed" }).getByRole("link").nth(1).waitFor();
  await page.getByRole("region", { name: "Instances and versions" }).getByRole("row").nth(1).waitFor();
});

test.each(["Traffic", "Latency"])("dragging over the chart %s zooms the time range", async (name) => {
  const page = await ui.open("/services/payments");
  const plot = page.getByRole("img", { name: new RegExp(`^${name}:`) });
  await plot.locator("canvas").first().waitFor();
  await dragAcross(plot, 0.5, 0.8, 40);
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
});

test("a pointer over one chart moves the cursor of all, arrow keys do the same", async () => {
  const page = await ui.open("/services/payments?last=1h");
  const traffic = page.getByRole("img", { name: /^Traffic:/ });
  await traffic.locator("canvas").first().waitFor();
  await page
    .getByRole("img", { name: /^Latency:/ })
    .locator("canvas")
    .waitFor();
  const box = await boxOf(traffic);
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
  await page.locator("gs-time-chart[heading=Traffic] .tip, gs-time-chart .tip").first().waitFor();
  await page.locator("gs-heatmap .cursor").waitFor();
  await page.mouse.move(5, 5);
  await page.locator("gs-heatmap .cursor").waitFor({ state: "detached" });
  await traffic.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.locator("gs-heatmap .cursor").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("gs-heatmap .cursor").waitFor({ state: "detached" });
});

test("an exemplar opens its trace", async () => {
  const page = await ui.open("/services/payments?last=1h");
  const latency = page.getByRole("img", { name: /^Latency:/ });
  await latency.locator("canvas").waitFor();
  await settle(page);
  await latency.focus();
  await page.keyboard.press("End");
  const said = page.locator("gs-time-chart, gs-heatmap").locator("[aria-live]", { hasText: "Enter opens a trace" });
  for (let step = 0; step < 60 && (await said.count()) === 0; step++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.getByRole("tree").waitFor();
  expect(page.url()).toMatch(/\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}/);
});

test("errors are taken apart by operation or type, and the address says so", async () => {
  const page = await ui.open("/services/payments?last=1h");
  await page.getByRole("radio", { name: "by type" }).click();
  await page.getByRole("img", { name: /^Errors: .*ChargeDeclinedException/ }).waitFor();
  expect(page.url()).toContain("errors=type");
  await page.getByRole("radio", { name: "by operation" }).click();
  await page.getByRole("img", { name: /^Errors: .*POST \/charge/ }).waitFor();
  await page.getByRole("radio", { name: "all", exact: true }).click();
  await page.getByRole("img", { name: /^Errors: failed/ }).waitFor();
  expect(page.url()).not.toContain("errors=");
});

test("each part fails for itself", async () => {
  const page = await ui.open("/services/payments");
  await answerWith(page, "services/payments/errors?*", 500, { error: { code: 500, message: "cannot read the store" } });
  await page.reload();
  await page.getByRole("region", { name: "What went wrong" }).getByRole("alert").waitFor();
  await page.getByRole("row", { name: /POST \/charge/ }).waitFor();
});

test("a service that nobody knows says so", async () => {
  const page = await ui.open("/services/nobody");
  await page.getByRole("alert").first().waitFor();
});
