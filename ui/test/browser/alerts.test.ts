/** Alerts: what fires, in its order, found by words; the badge that tells of it everywhere. */
import { describe, expect, test } from "vitest";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const MOCK_ONLY = { skip: process.env.GOLDSPAN_UI_URL !== undefined };

describe("the list of alerts", MOCK_ONLY, () => {
  test("has what fires first, each with its sentence and whose fault it is", async () => {
    const page = await ui.open("/alerts");
    const firing = page.getByRole("region", { name: "Firing" });
    await firing.getByRole("link").first().waitFor();
    expect(await firing.getByRole("link").allInnerTexts()).toHaveLength(1);
    const [line] = await firing.getByRole("link").allInnerTexts();
    expect(line).toContain("payments POST /charges: 68 % of requests fail");
    expect(line).toContain("1 trace");
    expect(await page.getByRole("region").allInnerTexts()).toHaveLength(4);
  });

  test("is filtered by words and state, in the address", async () => {
    const page = await ui.open("/alerts?state=pending");
    await page.getByText("812 ms").waitFor();
    expect(await page.locator("a.alert").count()).toBe(1);
    await page.getByRole("combobox", { name: "Any state" }).selectOption("");
    await page.getByRole("searchbox", { name: "Words of the alert" }).fill("db-1");
    await page.waitForURL(/q=db-1/);
    expect(await page.locator("a.alert").allInnerTexts()).toEqual([expect.stringContaining("DiskFull")]);
  });

  test("is walked with j, and enter opens", async () => {
    const page = await ui.open("/alerts");
    await page.locator("a.alert").first().waitFor();
    await page.keyboard.press("j");
    expect(await page.locator('a.alert[aria-current="true"]').innerText()).toContain("68 %");
  });
});

test("g a goes there from anywhere; the badge counts what fires", MOCK_ONLY, async () => {
  const page = await ui.open("/services");
  await page.locator("tr.service").first().waitFor();
  const link = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Alerts" });
  await expect.poll(() => link.innerText()).toMatch(/Alerts\s*1$/);
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.waitForURL(/\/alerts/);
});
