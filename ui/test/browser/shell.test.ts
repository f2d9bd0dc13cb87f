/** The frame: navigation, keys, search, palette, time range, theme, history. */
import { expect, test } from "vitest";
import { TRACE_IDS } from "../kit/special-traces.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("the root leads to the services, and chords lead to the pages", async () => {
  const page = await ui.open("/");
  await page
    .getByRole("row", { name: /orders/ })
    .first()
    .waitFor();
  expect(new URL(page.url()).pathname).toBe("/services");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.getByRole("table", { name: "Traces" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.getByRole("grid", { name: /Log lines/ }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/logs");
});

test("back and forward return to the page as it was", async () => {
  const page = await ui.open("/traces?q=error");
  await page.getByRole("table", { name: "Traces" }).waitFor();
  await page.getByRole("link", { name: "Services", exact: true }).click();
  await page.getByRole("columnheader", { name: /Service/ }).waitFor();
  await page.goBack();
  await expect.poll(() => page.url()).toContain("/traces?q=error");
  expect(await page.getByRole("combobox", { name: "Query" }).inputValue()).toBe("error");
  await page.goForward();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/services");
});

test("slash focuses the search, and a pasted trace id opens the trace", async () => {
  const page = await ui.open("/services");
  await page.getByRole("columnheader", { name: /Service/ }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.insertText(TRACE_IDS.failedOrder);
  await page.getByRole("tree").waitFor();
  expect(new URL(page.url()).pathname).toBe(`/traces/${TRACE_IDS.failedOrder}`);
});

test("a trace id pasted anywhere opens the trace, at the span that a traceparent names", async () => {
  const page = await ui.open("/logs");
  await page.getByRole("grid", { name: /Log lines/ }).waitFor();
  await page.evaluate((id) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", `00-${id}-00f067aa0ba902b7-01`);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, TRACE_IDS.failedOrder);
  await expect.poll(() => page.url()).toContain(`/traces/${TRACE_IDS.failedOrder}?span=00f067aa0ba902b7`);
});

test("the palette finds services and operations", async () => {
  const page = await ui.open("/logs");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to" }).fill("POST /charge");
  await page.getByRole("option", { name: /POST \/charge.*operation of payments/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe('service:payments operation:"POST /charge"');
});

test("the key map shows the page's keys and closes with escape", async () => {
  const page = await ui.open(`/traces/${TRACE_IDS.failedOrder}`);
  await page.getByRole("tree").waitFor();
  await page.keyboard.press("?");
  const keys = page.getByText("Unfold, or go to the first child");
  await keys.waitFor();
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "detached" });
});

test("stepping the time range makes it absolute, live brings it back", async () => {
  const page = await ui.open("/services?last=15m");
  await page.getByRole("columnheader", { name: /Service/ }).waitFor();
  await page.keyboard.press("[");
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
  const { searchParams } = new URL(page.url());
  expect(Number(searchParams.get("to")) - Number(searchParams.get("from"))).toBe(15 * 60_000);
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("last")).toBe("15m");
});

test("the time range stays on the way from page to page", async () => {
  const page = await ui.open("/services?last=1h");
  await page.getByRole("link", { name: "Traces", exact: true }).click();
  await expect.poll(() => page.url()).toContain("/traces?last=1h");
});

test("the theme is chosen and kept", async () => {
  const page = await ui.open("/services", { colorScheme: "light" });
  await page.getByRole("button", { name: /Theme: system/ }).click();
  await page.getByRole("button", { name: /Theme: light/ }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  await page.reload();
  await page.getByRole("button", { name: /Theme: dark/ }).waitFor();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
});

test("an address that leads nowhere says so", async () => {
  const page = await ui.open("/nowhere");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
});
