/** Patterns of log lines: what they share, their order, and the lines behind one. */
import { expect, test } from "vitest";
import { answerWith } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

const PATTERNS = "/logs?last=1h&q=level>=warn&tab=patterns";

test("their order stands in the address", async () => {
  const page = await ui.open(PATTERNS);
  await page.getByRole("button", { name: "Level" }).click();
  await expect.poll(() => page.url()).toContain("order=level");
  await page.reload();
  await page.getByRole("columnheader", { name: "Level" }).waitFor();
  const letters = await page.locator("gs-log-patterns .severity").allTextContents();
  expect(letters.join("")).toMatch(/^E+W+$/);
});

test("one opens to its newest line, and keys walk from one to the next", async () => {
  const page = await ui.open(PATTERNS);
  const toggles = page.locator("gs-log-patterns .toggle");
  await toggles.nth(1).waitFor();
  await toggles.first().focus();
  await page.keyboard.press("ArrowDown");
  expect(await toggles.nth(1).evaluate((toggle) => toggle.matches(":focus"))).toBe(true);
  await page.keyboard.press("Enter");
  expect(await toggles.nth(1).getAttribute("aria-expanded")).toBe("true");
  await page.locator("gs-log-patterns .detail pre").waitFor();
  await page.getByRole("link", { name: "Trace of the newest" }).click();
  await page.getByRole("tree").waitFor();
});

test("its lines are shown with what was asked before, or left out", async () => {
  const page = await ui.open(PATTERNS);
  const first = page.locator("gs-log-patterns .toggle").first();
  await first.click();
  const shown = await first.locator(".pattern").textContent();
  await page.getByRole("button", { name: "Leave them out" }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toMatch(/^level>=warn -\(.*".*\)$/);
  await expect.poll(() => page.locator("gs-log-patterns .toggle .pattern").first().textContent()).not.toBe(shown);
  await page.goBack();
  await expect.poll(() => page.locator("gs-log-patterns .toggle .pattern").first().textContent()).toBe(shown);
  if ((await first.getAttribute("aria-expanded")) === "false") await first.click();
  await page.getByRole("button", { name: "Show its lines" }).click();
  await page.locator("gs-log-list .row").first().waitFor();
  expect(new URL(page.url()).searchParams.get("q")).toMatch(/^level>=warn .*"/);
  expect(new URL(page.url()).searchParams.get("tab")).toBeNull();
});

test("places where lines differ stand out, as text", async () => {
  const page = await ui.open("/logs?last=1h&tab=patterns");
  await page.locator("gs-log-patterns .place").first().waitFor();
  expect(await page.locator("gs-log-patterns .place").first().textContent()).toBe("<*>");
});

test("nothing to group says so, and a failure can be tried again", async () => {
  const page = await ui.open("/logs?last=1h&tab=patterns&q=level:fatal");
  await page.getByRole("heading", { name: "No patterns" }).waitFor();
  await answerWith(page, "logs/patterns?*", 500, { error: { code: 500, message: "cannot read the store" } });
  await page.reload();
  await page.getByRole("alert").getByText("cannot read the store").waitFor();
});
