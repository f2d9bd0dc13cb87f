/** The storage page and pins: what is kept, whose it is, its four states, and a trace that is kept on purpose. */
import { expect, test } from "vitest";
import { answerWith, IS_REAL } from "../kit/page.ts";
import { TRACE_IDS } from "../kit/special-traces.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("the disk's bar, the services and the attribute keys that take most are there", async () => {
  const page = await ui.open("/storage");
  await page.getByRole("img", { name: /^Disk: .* of 10/ }).waitFor();
  const services = page.getByRole("table", { name: "Services" }).getByRole("row");
  await services.nth(1).waitFor();
  expect(await page.getByRole("table", { name: "Attribute keys" }).getByRole("row").count()).toBeGreaterThan(1);
  await services.nth(1).getByRole("link").click();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/services\/./);
});

test("it is reached by key, by the header and by the palette", async () => {
  const page = await ui.open("/services");
  await page.getByRole("link", { name: "Storage" }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/storage");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/traces");
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/storage");
});

test("a failure says so and can be tried again", async () => {
  const page = await ui.open("/services");
  await answerWith(page, "storage", 500, { error: { code: 500, message: "cannot read the store", id: "x-1" } });
  await page.goto(`${ui.url}/storage`);
  await page.getByText("cannot read the store").waitFor();
  await page.unroute("**/api/v1/storage");
  await page.getByRole("button", { name: /again/i }).click();
  await page.getByRole("img", { name: /^Disk/ }).waitFor();
});

test("a trace is pinned and unpinned by key and by button, and stands in the list meanwhile", async () => {
  const page = await ui.open(`/traces/${TRACE_IDS.failedOrder}`);
  const button = page.getByRole("button", { name: /^Pin/ });
  await button.waitFor();
  expect(await button.getAttribute("aria-pressed")).toBe("false");
  await page.keyboard.press("Shift+P");
  await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
  await page.goto(`${ui.url}/storage`);
  const pins = page.getByRole("list", { name: "Pinned traces" });
  await pins.getByRole("link").first().waitFor();
  expect(await pins.getByRole("listitem").count()).toBe(1);
  await pins.getByRole("button", { name: "Unpin" }).click();
  await page.getByText("No trace is pinned").waitFor();
});

// A real collector turns series away beyond hundreds of thousands.
test.skipIf(IS_REAL)("the label that makes too many series is named, and who was refused", async () => {
  const page = await ui.open("/storage");
  const part = page.locator("gs-cardinality");
  await part.getByText(/drop it or cut it to a route/).waitFor();
  await part.getByText(/412 series were turned away/).waitFor();
  await part.getByRole("link", { name: "http_client_request_duration_seconds_bucket" }).first().click();
  await page.locator("gs-promql-editor").waitFor();
  expect(new URL(page.url()).searchParams.get("q")).toBe(
    "count by (url_full) (http_client_request_duration_seconds_bucket)",
  );
});
