/** Alerts: what fires, in its order, found by words; the badge that tells of it everywhere. */
import { describe, expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
// The generated shop has no alert that a real collector would tell of so soon.
const MOCK_ONLY = { skip: IS_REAL };

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
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /68 % of requests fail/ }).waitFor();
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

describe("an alert", MOCK_ONLY, () => {
  const open = async () => {
    const page = await ui.open("/alerts");
    await page.getByRole("link", { name: /68 % of requests fail/ }).click();
    await page.getByRole("region", { name: "Broke first" }).waitFor();
    return page;
  };

  test("shows where it broke first, what bad requests share, who was told", async () => {
    const page = await open();
    const said = async (name: string) => page.getByRole("region", { name }).innerText();
    expect(await said("Broke first")).toContain("connection refused");
    const [first] = await page.locator("gs-share-pairs tbody tr").allInnerTexts();
    expect(first).toMatch(/card\.network visa\s+97\s*%\s+31\s*%/);
    expect(await said("Released before it began")).toContain("1.5.0 after 1.4.2");
    expect(await said("Who was told")).toContain("on-call slack");
    expect(await said("Earlier times")).toMatch(/39 min/);
    expect(await page.getByRole("navigation", { name: "More of this alert" }).getByRole("link").count()).toBe(4);
  });

  test("leads to the trace that shows it, drawn in small", async () => {
    const page = await open();
    const card = page.locator("gs-evidence-trace");
    await card.locator("gs-mini-waterfall rect.error").first().waitFor();
    await page.keyboard.press("t");
    await page.waitForURL(/\/traces\/5b8efff798038103d269b633813fc60c/);
  });

  test("has its chart with what is usual and when it began", async () => {
    const page = await open();
    await page.locator("gs-time-chart canvas").first().waitFor();
    await page.getByText("errors of payments POST /charges").waitFor();
  });
});

test("an alert that nobody remembers says so", async () => {
  const page = await ui.open("/alerts/nope");
  await page.getByText("cannot find").first().waitFor();
});
