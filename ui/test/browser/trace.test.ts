/** One trace: waterfall, keys, deep links, search, details, logs in place, odd traces. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { clickShownBy, dragAcross } from "../kit/pointer.ts";
import { settle } from "../kit/settle.ts";
import { TRACE_IDS } from "../kit/special-traces.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

async function openTrace(id: string, more = ""): Promise<Page> {
  const page = await ui.open(`/traces/${id}${more}`);
  await page.getByRole("treeitem").first().waitFor();
  return page;
}

test("rows show spans with their logs in place, and logs can be switched off", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await page.getByRole("treeitem", { name: /payments POST \/charge/ }).waitFor();
  const log = page.getByRole("treeitem", { name: /charge failed: card declined/ });
  await log.waitFor();
  await page.keyboard.press("o");
  await log.waitFor({ state: "detached" });
});

test("keys move, fold, open and close; the address follows", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowLeft");
  expect(await page.getByRole("treeitem").count()).toBe(1);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Details" }).waitFor();
  const first = new URL(page.url()).searchParams.get("span");
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  await page.keyboard.press("j");
  await expect.poll(() => new URL(page.url()).searchParams.get("span")).not.toBe(first);
  await page.keyboard.press("Escape");
  await page.getByRole("complementary", { name: "Details" }).waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.has("span")).toBe(false);
});

test("on the logs tab the keys move from line to line", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await page.keyboard.press("t");
  await page.keyboard.press("l");
  const lines = page.getByRole("list", { name: "Logs of the trace" }).getByRole("listitem");
  for (const line of [0, 1]) {
    await page.keyboard.press("j");
    await lines.nth(line).getByRole("button", { pressed: true }).waitFor();
  }
});

test("a deep link brings its row into view, however far down", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  const address = await page.evaluate(() => location.pathname);
  await page.getByRole("treeitem", { name: /stripe.charge/ }).click();
  await page.getByRole("complementary", { name: "Details" }).waitFor();
  const other = await ui.open(`${address}${new URL(page.url()).search}`, { viewport: { width: 1440, height: 330 } });
  await other.getByRole("treeitem", { selected: true }).waitFor();
  await settle(other);
  const row = await other.getByRole("treeitem", { selected: true }).boundingBox();
  const tree = await other.getByRole("tree").boundingBox();
  if (!row || !tree) throw new Error("the row or the tree has no box");
  expect(row.y + row.height).toBeLessThanOrEqual(tree.y + tree.height);
});

test.each([
  { width: 900, height: 480 },
  { width: 390, height: 844 },
])("the row stays in view beside or above its details on $width x $height", async (viewport) => {
  const page = await ui.open(`/traces/${TRACE_IDS.failedOrder}`, { viewport });
  await page.getByRole("button", { name: /first error in/ }).click();
  await page.locator("gs-waterfall[stacked]").waitFor();
  await page.getByRole("complementary", { name: "Details" }).waitFor();
  const row = page.getByRole("treeitem", { selected: true });
  await expect
    .poll(async () => {
      const [inner, outer] = await Promise.all([row.boundingBox(), page.getByRole("tree").boundingBox()]);
      if (!inner || !outer || outer.y + outer.height > viewport.height) return false;
      return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
    })
    .toBe(true);
});

test("who leaves for another page asks for no trace of that page's name", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.locator('gs-header a[href="/logs"]').click();
  await page.locator("gs-log-list .row").first().waitFor();
  expect(asked.filter((path) => path.startsWith("/api/v1/traces/"))).toEqual([]);
});

test("an id that is none says so, with a way on", async () => {
  const page = await ui.open("/traces/xyz");
  await page.getByRole("heading", { name: "This is no trace id" }).waitFor();
  await page.getByRole("link", { name: "Search traces" }).waitFor();
});

test("a deep link opens the span, and back closes it again", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await page.getByRole("treeitem", { name: /stripe.charge/ }).click();
  await page.getByRole("complementary", { name: "Details" }).waitFor();
  const address = page.url();
  await page.goBack();
  await page.getByRole("complementary", { name: "Details" }).waitFor({ state: "detached" });
  const other = await ui.open(address.replace(ui.url, ""));
  await other
    .getByRole("complementary", { name: "Details" })
    .getByRole("heading", { name: /stripe.charge/ })
    .waitFor();
});

test("the details show exception, attributes to search by, and JSON", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await page.getByRole("button", { name: /first error in/ }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("com.shop.payments.ChargeDeclinedException").first().waitFor();
  await details.getByText("at com.shop.payments.StripeGateway.charge").first().waitFor();
  await details.getByRole("searchbox", { name: "Filter attributes" }).fill("route");
  await clickShownBy(
    details.getByText("http.route"),
    details.getByRole("link", { name: "Find traces with http.route /charge" }),
  );
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("http.route:/charge");
});

test("search in the trace counts, steps and unfolds", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await page.keyboard.press("c");
  await page.keyboard.press("f");
  await page.keyboard.type("service:payments");
  await page.getByText("1/4", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("2/4", { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get("find")).toBe("service:payments");
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await expect.poll(() => new URL(page.url()).searchParams.has("find")).toBe(false);
});

test("dragging over the axis zooms, 0 shows all again, and the zoom is in the address", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await dragAcross(page.getByRole("tree"), 0.6, 0.75, 100);
  await expect.poll(() => new URL(page.url()).searchParams.get("zoom")).toMatch(/^\d+,\d+$/);
  expect(new URL(page.url()).searchParams.has("span")).toBe(false);
  await page.keyboard.press("0");
  await expect.poll(() => new URL(page.url()).searchParams.has("zoom")).toBe(false);
});

test("logs and table are tabs of their own", async () => {
  const page = await openTrace(TRACE_IDS.failedOrder);
  await page.getByRole("tab", { name: /Logs/ }).click();
  await page.getByRole("listitem").getByText("order failed: payments answered 502").click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: /Go to its span/ }).waitFor();
  await page.getByRole("tab", { name: /Table/ }).click();
  await page.getByRole("button", { name: /payments stripe.charge/ }).click();
  await page.getByText("1/1", { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.has("tab")).toBe(false);
});

test("similar spans are folded into one row and unfold", async () => {
  const page = await openTrace(TRACE_IDS.nPlusOne);
  const group = page.getByRole("treeitem", { name: /212 × SELECT products/ });
  expect(await group.getAttribute("aria-expanded")).toBe("false");
  await group.click();
  await expect.poll(() => group.getAttribute("aria-expanded")).toBe("true");
  expect(await page.getByRole("treeitem", { name: /catalog SELECT products/ }).count()).toBeGreaterThan(10);
});

test("a broken trace says what is missing and odd", async () => {
  const page = await openTrace(TRACE_IDS.broken);
  await page.getByRole("button", { name: /1 parent span not received/ }).click();
  await page.getByText("it has not arrived").waitFor();
  await page.getByRole("treeitem", { name: /auth GET \/session.*clock/ }).click();
  await page.getByText(/before its parent: the clocks of the two differ/).waitFor();
});

test("a span's link leads to the other trace", async () => {
  const page = await openTrace(TRACE_IDS.linked);
  await page.getByRole("treeitem", { name: /shipping process order-events/ }).click();
  await page
    .getByRole("complementary", { name: "Details" })
    .getByRole("link", { name: /5b8efff7/ })
    .click();
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/traces/${TRACE_IDS.failedOrder}`);
  await page.getByRole("treeitem", { name: /payments POST \/charge/ }).waitFor();
});

test("an unknown trace says so", async () => {
  const page = await ui.open("/traces/ffffffffffffffffffffffffffffffff");
  await page.getByRole("heading", { name: "No trace with this id" }).waitFor();
});
