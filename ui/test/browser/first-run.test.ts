/** The first minutes: nothing is there yet, the page tells how to send, waits, and leads to what comes. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { findSeriousProblems } from "../kit/axe.ts";
import { answerWith } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi("none");

async function openWaiting(path: string, options: Parameters<typeof ui.open>[1] = {}): Promise<Page> {
  const page = await ui.open(path, { bypassCSP: true, ...options });
  await page.getByRole("heading", { name: "Waiting for the first trace" }).waitFor();
  return page;
}

test("an empty page of services or traces tells where to send, with the ports that listen", async () => {
  for (const path of ["/services", "/traces"]) {
    const page = await openWaiting(path);
    const info = (await (await page.request.get(`${ui.url}/api/v1/info`)).json()) as {
      receivers: { name: string; port: number }[];
    };
    for (const { port } of info.receivers.filter(({ name }) => name === "http" || name === "grpc"))
      await page.getByRole("button", { name: `Copy endpoint http://127.0.0.1:${port}` }).waitFor();
    expect(await findSeriousProblems(page)).toEqual([]);
  }
});

test("each language has its snippet, reached by arrow keys", async () => {
  const page = await openWaiting("/services");
  const tabs = page.getByRole("tablist", { name: "Language" }).getByRole("tab");
  const names = await tabs.allTextContents();
  expect(names.length).toBeGreaterThan(8);
  await tabs.first().focus();
  const seen = new Set<string>();
  for (const name of names) {
    await page.getByRole("tab", { name: name.trim(), exact: true, selected: true }).waitFor();
    seen.add(await page.locator("pre").innerText());
    await page.keyboard.press("ArrowRight");
  }
  expect(seen.size).toBe(names.length);
  for (const text of seen) expect(text).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT|endpoint:/);
});

test("nothing is cut off on a narrow screen, dark or light", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await openWaiting("/services", { viewport: { width: 390, height: 844 }, colorScheme });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await findSeriousProblems(page)).toEqual([]);
  }
});

test("a test that cannot be sent says why, and can be tried again", async () => {
  const page = await openWaiting("/services");
  const message = "cannot take the test trace: the disk is full";
  await answerWith(page, "test-trace", 500, { error: { code: 500, message } });
  await page.getByRole("button", { name: "Send a test trace" }).click();
  await page.getByRole("alert").getByText(message).waitFor();
  await page.getByRole("button", { name: "Send a test trace" }).waitFor();
});

test("one press of a key sends a test; all pages that wait tell of it and lead to it without a reload", async () => {
  const waiting = await openWaiting("/traces");
  const page = await openWaiting("/services");
  await page.getByRole("button", { name: "Send a test trace" }).focus();
  await page.keyboard.press("Enter");
  const link = page.getByRole("link", { name: "Open the trace" });
  await link.waitFor();
  await page
    .getByRole("status")
    .getByText(/The first trace has arrived: .+ of .+/)
    .waitFor();
  expect(await link.evaluate((element) => element.matches(":focus"))).toBe(true);
  await page.locator("tr.service").first().waitFor();
  expect(await findSeriousProblems(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
  await page.getByRole("tree").first().waitFor();

  await waiting.getByRole("link", { name: "Open the trace" }).waitFor();
  await waiting.getByRole("button", { name: "Close" }).click();
  await waiting.getByRole("link", { name: "Open the trace" }).waitFor({ state: "detached" });
  await waiting.getByRole("combobox").first().waitFor();
});

test("who comes later is told nothing of a beginning", async () => {
  const page = await ui.open("/services");
  await page.locator("tr.service").first().waitFor();
  expect(await page.getByText("The first trace has arrived").count()).toBe(0);
});
