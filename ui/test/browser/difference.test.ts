/** From a chart of a service to what was different in a stretch of its time. */
import { expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const MOCK_ONLY = { skip: IS_REAL };

test("a click on a chart leads to what was different there, in the address", MOCK_ONLY, async () => {
  const page = await ui.open("/services/payments");
  const chart = page.getByRole("img", { name: /^Errors: / });
  await chart.locator("canvas").waitFor();
  await chart.click({ position: { x: 300, y: 60 } });
  await page.getByRole("link", { name: "What was different here?" }).click();
  await page.waitForURL(/differ=\d+-\d+&about=errors/);
  const panel = page.getByRole("region", { name: "What was different here?" });
  await panel.getByRole("region", { name: "Broke first" }).getByText("connection refused").waitFor();
  expect(await panel.getByRole("radio", { name: "Errors" }).isChecked()).toBe(true);
  expect(await panel.getByText("pinned").count()).toBe(0);
  await panel.getByRole("radio", { name: "Latency" }).click();
  await page.waitForURL(/about=latency/);
  await panel.getByRole("button", { name: "Close what was different" }).click();
  await panel.waitFor({ state: "detached" });
  expect(page.url()).not.toMatch(/differ|about/);
});

test("where nothing stands out it says so", MOCK_ONLY, async () => {
  const to = Date.now();
  const page = await ui.open(`/services/inventory?differ=${to - 60_000}-${to}`);
  await page.getByText("Nothing stands out").waitFor();
});
