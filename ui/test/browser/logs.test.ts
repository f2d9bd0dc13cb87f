/** The logs page: filters, details, the way to the trace. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { UiUnderTest } from "../kit/page.ts";

let ui: UiUnderTest;
beforeAll(async () => {
  ui = await UiUnderTest.start();
});
afterAll(() => ui.stop());
afterEach(async () => {
  expect(await ui.closePages()).toEqual([]);
});

test("filters by service and least severity, and keeps both in the address", async () => {
  const page = await ui.open("/logs");
  await page.getByRole("combobox", { name: "Service" }).selectOption("payments");
  await page.getByRole("combobox", { name: "Least severity" }).selectOption({ label: "error" });
  await expect.poll(() => page.url()).toContain("service=payments&severity=17");
  await page.getByRole("listitem").first().getByText("charge failed").waitFor();
});

test("a line opens its details, and its trace at the line's span", async () => {
  const page = await ui.open("/logs?service=payments&severity=17");
  await page.getByRole("listitem").first().click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("logger.name").first().waitFor();
  await details.getByRole("link", { name: "Open its trace at this line" }).click();
  await page.getByRole("tree").waitFor();
  await page.getByRole("treeitem", { name: /charge failed/, selected: true }).waitFor();
});

test("nothing that meets the filters says so", async () => {
  const page = await ui.open("/logs?severity=21");
  await page.getByRole("heading", { name: "No log lines" }).waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await page.getByRole("listitem").first().waitFor();
});
