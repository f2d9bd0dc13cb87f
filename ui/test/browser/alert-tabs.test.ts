/** The tabs beside the alerts: what fired, rules, channels. */
import { expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const MOCK_ONLY = { skip: IS_REAL };

test("history draws when each alert fired, and leads to it", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=history&last=6h");
  const rows = page.getByRole("region", { name: "What fired" }).locator("tbody tr");
  await rows.first().waitFor();
  expect(await rows.count()).toBe(3);
  const over = rows.filter({ hasText: "gateway serves 0.1" });
  expect(await over.innerText()).toMatch(/27\s*min/);
  expect(await over.locator("rect.warn").count()).toBe(1);
  await over.getByRole("link").click();
  await page.getByRole("heading", { name: /gateway serves 0.1/ }).waitFor();
});

test("rules tell where they stand, what fails and which file does not load", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=rules");
  const rules = page.getByRole("region", { name: "Rules of goldspan" });
  await rules.waitFor();
  expect(await rules.getByRole("row", { name: /fails/ }).innerText()).toContain("cannot read the query: <b>no</b>");
  const issues = page.getByRole("region", { name: "What is wrong with rules/shop.yml" });
  expect(await issues.innerText()).toContain("4:7: could not parse expression");
});
