/** The services page: what stands where, its four states, and the way to the cause. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { answerWith, UiUnderTest } from "../kit/page.ts";

let ui: UiUnderTest;
beforeAll(async () => {
  ui = await UiUnderTest.start();
});
afterAll(() => ui.stop());
afterEach(async () => {
  expect(await ui.closePages()).toEqual([]);
});

test("services stand worst first, and a column's head sorts them", async () => {
  const page = await ui.open("/services");
  const names = page.locator("tr.service .name");
  await names.first().waitFor();
  expect(["orders", "payments"]).toContain((await names.first().innerText()).trim());
  await page.getByRole("columnheader", { name: "Service" }).getByRole("button").click();
  await expect.poll(() => new URL(page.url()).searchParams.get("sort")).toBe("name");
  const sorted = await names.allInnerTexts();
  expect(sorted).toEqual(sorted.toSorted());
});

test("a service unfolds to its charts and operations, and the address says so", async () => {
  const page = await ui.open("/services");
  await page.getByRole("button", { name: "payments" }).first().click();
  await page.getByRole("row", { name: /POST \/charge/ }).waitFor();
  await page
    .getByRole("img", { name: /Requests: requests over time/ })
    .locator("canvas")
    .waitFor();
  expect(new URL(page.url()).searchParams.get("service")).toBe("payments");
  await page.keyboard.press("Escape");
  await page.getByRole("row", { name: /POST \/charge/ }).waitFor({ state: "detached" });
});

test("dragging over a chart zooms the time range", async () => {
  const page = await ui.open("/services?service=payments");
  const plot = page.getByRole("img", { name: /Latency p95/ }).locator("canvas");
  await plot.waitFor();
  const box = await plot.boundingBox();
  if (!box) throw new Error("the chart has no box");
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
});

test("from the failing service to the failing span's logs takes three clicks", async () => {
  const page = await ui.open("/services");
  await page.locator('tr[data-service="payments"] td.errors a').click();
  await page.getByRole("table", { name: "Traces" }).getByRole("link").first().click();
  await page.getByRole("button", { name: /first error in/ }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: /charge failed: card declined/ }).waitFor();
});

test("j, k and enter move over the services", async () => {
  const page = await ui.open("/services");
  await page.locator("tr.service").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const first = await page.locator("tr.service").first().getAttribute("data-service");
  expect(await page.locator("tr.selected").getAttribute("data-service")).toBe(first);
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).searchParams.get("service")).toBe(first);
});

test("without any data it shows where to send some, and fills itself when the first arrives", async () => {
  const page = await ui.open("/services");
  await answerWith(page, "services?*", 200, { startMillis: 0, endMillis: 1, bucketMillis: 1, services: [] });
  await answerWith(page, "info", 200, {
    version: "0.1.0",
    startedAtMillis: 0,
    ports: { otlp_http: 14318, otlp_grpc: 14317, web: 1 },
    hasData: false,
  });
  await page.reload();
  await page.getByRole("heading", { name: "Waiting for the first trace" }).waitFor();
  await page.getByText(":14318").first().waitFor();
  await page.getByRole("tab", { name: "Python" }).click();
  await page.getByText("opentelemetry-instrument python app.py").waitFor();
  await page.unroute("**/api/v1/services?*");
  await page.locator("tr.service").first().waitFor({ timeout: 8000 });
});

test("an error says what failed and can be tried again", async () => {
  const page = await ui.open("/services");
  await answerWith(page, "services?*", 500, { error: { code: 500, message: "cannot read the store", id: "e-12" } });
  await page.reload();
  await page.getByRole("alert").getByText("cannot read the store").waitFor();
  await page.getByText("e-12").waitFor();
  await page.unroute("**/api/v1/services?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("tr.service").first().waitFor();
});
