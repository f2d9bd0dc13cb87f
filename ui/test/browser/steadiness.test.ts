/** What happens while data loads and when new data arrives: skeletons, dimmed old data, nothing that jumps, places that are kept. */
import { expect, test } from "vitest";
import { answerWith, askAgain } from "../kit/page.ts";
import { boxOf } from "../kit/pointer.ts";
import { settle } from "../kit/settle.ts";
import { TRACE_IDS } from "../kit/special-traces.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("a slow first answer shows a skeleton, a slow next one leaves the old data there, dimmed", async () => {
  const page = await ui.open("/nowhere");
  let release = (): void => undefined;
  await page.route("**/api/v1/golden?*", async (route) => {
    await new Promise<void>((resolve) => (release = resolve));
    await route.continue();
  });
  await page.goto(`${ui.url}/services`);
  await page.locator("gs-skeleton").waitFor();
  release();
  await page.locator("tr.service").first().waitFor();
  expect(await page.locator("gs-skeleton").count()).toBe(0);
  await page.keyboard.press("[");
  await page.locator('.panel-data[data-stale="yes"] tr.service').first().waitFor();
  release();
  await page.locator('.panel-data[data-stale="no"]').first().waitFor();
});

test.each([
  ["/services", "tr.service"],
  ["/services/payments", "gs-operation-table tbody tr"],
  ["/traces", ".line"],
  [`/traces/${TRACE_IDS.failedOrder}`, "[role=treeitem]"],
  ["/logs", "gs-log-list .row"],
])("nothing jumps when the data of %s arrives", async (path, ready) => {
  const page = await ui.open("/nowhere");
  await page.addInitScript(() => {
    const shifts = window as unknown as { shifted: number };
    shifts.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.shifted += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(ui.url + path);
  await page.locator(ready).first().waitFor();
  await settle(page);
  expect(await page.evaluate(() => (window as unknown as { shifted: number }).shifted)).toBeLessThan(0.1);
});

test("new traces wait behind a button until they are asked for", async () => {
  const page = await ui.open("/traces?q=service:payments+error");
  const rows = page.locator('[role="row"].line');
  await rows.first().waitFor();
  const before = await rows.count();
  await page.route("**/api/v1/traces?*", async (route) => {
    const response = await route.fetch();
    const lines = await response.text();
    const first = JSON.parse(lines.split("\n")[0]) as { trace: object };
    const newest = JSON.stringify({ trace: { ...first.trace, traceId: "e".repeat(32) } });
    await route.fulfill({ response, body: `${newest}\n${lines}` });
  });
  await askAgain(page);
  const newer = page.getByRole("button", { name: /^\d+ new/ });
  await newer.waitFor();
  expect(await rows.count()).toBe(before);
  await newer.click();
  await expect.poll(() => rows.count()).toBeGreaterThan(before);
});

test("a live list says when it can't be kept up to date, and goes on when it can", async () => {
  const page = await ui.open("/traces?q=service:payments+error");
  const rows = page.locator('[role="row"].line');
  await rows.first().waitFor();
  const before = await rows.count();
  await answerWith(page, "traces?*", 500, { error: { code: 500, message: "cannot read the store" } });
  await askAgain(page);
  await page.getByRole("alert").getByText("Cannot read the store").waitFor();
  expect(await rows.count()).toBe(before);
  await page.unrouteAll();
  await askAgain(page);
  await page.getByRole("alert").waitFor({ state: "detached" });
});

test("a page whose code can't be loaded says so, although no more code can be loaded", async () => {
  const page = await ui.open("/services");
  await page.locator("tr.service").first().waitFor();
  await page.route("**/assets/*", (route) => route.fulfill({ status: 404 }));
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.getByRole("alert").getByText("Cannot load this page").waitFor();
  const problems = await ui.closePages();
  expect(problems.filter((problem) => !problem.includes("dynamically imported module"))).toEqual([]);
});

test("going back lands where one was", async () => {
  const page = await ui.open("/traces");
  await page.locator('[role="row"].line').first().waitFor();
  await page.mouse.move(700, 600);
  await page.mouse.wheel(0, 2400);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(2000);
  const place = await page.evaluate(() => window.scrollY);
  await page.locator('[role="row"].line:nth-of-type(75) a').click();
  await page.getByRole("tree").waitFor();
  await page.goBack();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(place - 300);
});

test("dragging over a sparkline zooms and unfolds nothing", async () => {
  const page = await ui.open("/services?last=1h");
  const spark = page.locator("tr.service gs-sparkline").first();
  await spark.waitFor();
  const box = await boxOf(spark);
  await page.mouse.move(box.x + 10, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + 50, box.y + 8, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
  expect(new URL(page.url()).pathname).toBe("/services");
});

test("new data that comes during a drag over a chart does not end it", async () => {
  const page = await ui.open("/services/payments?last=1h");
  const plot = page.getByRole("img", { name: /^Traffic:/ });
  await plot.locator("canvas").first().waitFor();
  const { x, y, width } = await boxOf(plot);
  const canvas = await plot.locator("canvas").first().elementHandle();
  await page.mouse.move(x + width * 0.4, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.5, y + 60, { steps: 4 });
  const answer = page.waitForResponse("**/api/v1/golden/payments?*");
  await askAgain(page);
  await (await answer).finished();
  await settle(page);
  expect(await canvas?.evaluate((element) => element.isConnected)).toBe(true);
  await page.mouse.move(x + width * 0.6, y + 60, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
  await expect.poll(() => canvas?.evaluate((element) => element.isConnected)).toBe(false);
});

test("the overview's brush and the wheel zoom the waterfall", async () => {
  const page = await ui.open(`/traces/${TRACE_IDS.failedOrder}`);
  await page.getByRole("treeitem").first().waitFor();
  const map = await boxOf(page.getByRole("img", { name: "Overview of the whole trace" }));
  const tree = await boxOf(page.getByRole("tree"));
  await page.mouse.move(map.x + map.width * 0.2, map.y + 20);
  await page.mouse.down();
  await page.mouse.move(map.x + map.width * 0.6, map.y + 20, { steps: 4 });
  await page.mouse.up();
  // The address follows 300 ms later, and on a slow machine also while the brush is moved.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)));
  const zoom = (): number[] => (new URL(page.url()).searchParams.get("zoom") ?? "").split(",").map(Number);
  await expect.poll(() => zoom().length).toBe(2);
  const [from, to] = zoom();
  await page.mouse.move(tree.x + tree.width * 0.7, tree.y + 100);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -400);
  await page.keyboard.up("Control");
  await expect.poll(() => zoom()[1] - zoom()[0]).toBeLessThan((to - from) * 0.8);
  await page.getByRole("slider", { name: "Start of the part shown" }).focus();
  const before = zoom()[0];
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => zoom()[0]).toBeLessThan(before);
});
