/** Services with active alerts bear a mark, in the list, on the map and on their page, that leads to their alerts. */
import { expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const MOCK_ONLY = { skip: IS_REAL };
const MARK = "1 alert fires, page: payments POST /charges: 68 % of requests fail, usually 0.2 %";

test("the list of services marks what fires, and leads to it", MOCK_ONLY, async () => {
  const page = await ui.open("/services");
  const mark = page.getByRole("row", { name: /payments/ }).getByRole("link", { name: MARK });
  await mark.waitFor();
  expect(await page.locator("gs-alert-mark").count()).toBe(1);
  await mark.click();
  await page.waitForURL(/\/alerts\?service=payments/);
  await page.getByRole("link", { name: /68 % of requests fail/ }).waitFor();
});

test("the map says it of its nodes, and its panel leads there", MOCK_ONLY, async () => {
  const page = await ui.open("/map?focus=payments");
  await page.getByRole("button", { name: /^payments .*1 alert fires, page/ }).waitFor();
  expect(await page.locator("gs-graph .flag").count()).toBe(1);
  await page.locator("gs-map-panel").getByRole("link", { name: MARK }).click();
  await page.waitForURL(/\/alerts\?service=payments/);
});

test(
  "the head of a service's page says it, and leads there; where nothing fires there is no mark",
  MOCK_ONLY,
  async () => {
    const page = await ui.open("/services/payments");
    const mark = page.locator("gs-service-head").getByRole("link", { name: MARK });
    await mark.waitFor();
    await mark.click();
    await page.waitForURL(/\/alerts\?service=payments/);
    await page.getByRole("link", { name: /68 % of requests fail/ }).waitFor();
    const quiet = await ui.open("/services/inventory");
    await quiet.locator("gs-service-head dl").first().waitFor();
    expect(await quiet.locator("gs-service-head gs-alert-mark").count()).toBe(0);
  },
);
