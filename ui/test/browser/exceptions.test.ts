/** The pages of errors: groups, filters, one of them, and the ways on from it. */
import { expect, test } from "vitest";
import { findSeriousProblems } from "../kit/axe.ts";
import { answerWith } from "../kit/page.ts";
import { dragAcross } from "../kit/pointer.ts";
import { settle } from "../kit/settle.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("marks errors that are new", async () => {
  const page = await ui.open("/exceptions?last=1h");
  await page.getByRole("row", { name: /ChargeDeclinedException.*new/ }).waitFor();
  expect(await page.getByRole("row", { name: /502 Bad Gateway/ }).textContent()).not.toMatch(/\bnew\b/);
  await page.getByRole("button", { name: "First seen" }).click();
  await expect.poll(() => page.getByRole("row").last().textContent()).toContain("502 Bad Gateway");
});

test("groups errors, and keeps the order in the address", async () => {
  const page = await ui.open("/exceptions?last=1h");
  await page.getByRole("row", { name: /ChargeDeclinedException.*card declined/ }).waitFor();
  await page.getByRole("row", { name: /502 Bad Gateway/ }).waitFor();
  await page.getByRole("button", { name: "First seen" }).click();
  await expect.poll(() => page.url()).toContain("sort=first");
  expect(await page.getByRole("columnheader", { name: "First seen" }).getAttribute("aria-sort")).toBe("descending");
});

test("filters by service and by text, both in the address", async () => {
  const page = await ui.open("/exceptions?last=1h");
  await page.getByRole("combobox", { name: "Service" }).selectOption("payments");
  await expect.poll(() => page.url()).toContain("service=payments");
  await expect.poll(() => page.getByRole("row", { name: /502 Bad Gateway/ }).count()).toBe(0);
  await page
    .getByRole("row", { name: /ChargeDeclinedException/ })
    .first()
    .waitFor();
  await page.getByRole("searchbox", { name: "Text of the error" }).fill("nothing like this");
  await page.getByRole("heading", { name: "No such error" }).waitFor();
  expect(page.url()).toContain("q=nothing+like+this");
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await page.getByRole("row", { name: /502 Bad Gateway/ }).waitFor();
  expect(page.url()).not.toContain("service=");
});

test("keys walk through the list and open one", async () => {
  const page = await ui.open("/services?last=1h");
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.getByRole("row", { name: /ChargeDeclinedException/ }).waitFor();
  await page.keyboard.press("j");
  await page.locator("tr.selected").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "When it happened" }).waitFor();
  expect(page.url()).toContain("last=1h");
  await page.keyboard.press("Escape");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/exceptions");
});

test("one error: trend, stack with one's own frames, and its trace at the span that threw it", async () => {
  const page = await ui.open("/exceptions?last=1h&service=payments");
  await page.getByRole("link", { name: /ChargeDeclinedException/ }).click();
  await page.getByRole("heading", { name: /ChargeDeclinedException/ }).waitFor();
  await page.getByRole("img", { name: /^Times:/ }).waitFor();
  const code = page.getByRole("region", { name: "Where in the code" });
  await code.getByText("StripeGateway.charge").waitFor();
  await page.getByRole("region", { name: "Versions" }).getByText("v2.5.0").waitFor();
  await page.getByRole("region", { name: "Operations" }).getByRole("link", { name: "POST /charge" }).waitFor();
  const happened = page.getByRole("region", { name: "When it happened" });
  const logs = await happened.getByRole("link", { name: "logs" }).first().getAttribute("href");
  expect(decodeURIComponent(logs ?? "")).toMatch(/^\/logs\?q=trace_id:[0-9a-f]{32}&last=1h$/);
  await happened.getByRole("link", { name: "trace" }).first().click();
  await page.getByRole("tree").waitFor();
  expect(page.url()).toMatch(/\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}&last=1h/);
  await page.getByRole("treeitem", { name: /charge/, selected: true }).waitFor();
});

test("dragging over the trend zooms the time range", async () => {
  const page = await ui.open("/exceptions?last=1h&service=payments");
  await page.getByRole("link", { name: /ChargeDeclinedException/ }).click();
  const plot = page.getByRole("img", { name: /^Times:/ });
  await plot.locator("canvas").first().waitFor();
  await dragAcross(plot, 0.5, 0.9, 40);
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
});

test("the four states", async () => {
  const page = await ui.open("/exceptions");
  await answerWith(page, "exceptions?*", 500, { error: { code: 500, message: "cannot read the store" } });
  await page.reload();
  await page.getByRole("alert").getByText("cannot read the store").waitFor();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("row").nth(1).waitFor();
});

test("an error that nobody knows says so", async () => {
  const page = await ui.open("/exceptions/0000");
  await page.getByRole("alert").first().waitFor();
});

test.each(["light", "dark"] as const)("axe finds nothing serious on one error, %s", async (colorScheme) => {
  const page = await ui.open("/exceptions?last=1h", { colorScheme, bypassCSP: true });
  await page.getByRole("link", { name: /ChargeDeclinedException/ }).click();
  await page.locator("gs-occurrences tbody tr").first().waitFor();
  await settle(page);
  expect(await findSeriousProblems(page)).toEqual([]);
});
