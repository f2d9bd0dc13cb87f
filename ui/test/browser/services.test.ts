/** The services page: what stands where, its four states, and the way to the cause. */
import { expect, test } from "vitest";
import { answerWith } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("services stand worst first, and a column's head sorts them", async () => {
  const page = await ui.open("/services");
  const names = page.locator("tr.service .name");
  await names.first().waitFor();
  expect(["orders", "payments"]).toContain((await names.first().innerText()).trim());
  await page.getByRole("columnheader", { name: "Service" }).getByRole("button").click();
  await expect.poll(() => new URL(page.url()).searchParams.get("sort")).toBe("name");
  const sorted = await names.allInnerTexts();
  expect(sorted).toEqual(sorted.toSorted());
});

test("what is wrong with a service stands below its name", async () => {
  const page = await ui.open("/services");
  await page.locator('tr[data-service="payments"] .reasons').getByText(/fail/).waitFor();
});

test("the saturation says on focus which metric of which instance it is", async () => {
  const page = await ui.open("/services");
  const meter = page.locator('tr[data-service="inventory"] gs-saturation');
  await meter.getByRole("link", { name: /Saturation of inventory: 94/ }).focus();
  await meter.getByText(/^db.client.connection/).waitFor();
  await meter.getByText("inventory-6c8d9f7b50-8fk2p").waitFor();
  await page.keyboard.press("Escape");
  await meter.getByText(/^db.client.connection/).waitFor({ state: "hidden" });
});

test("a click anywhere on its line opens the service in the same time range", async () => {
  const page = await ui.open("/services?last=1h");
  await page.locator('tr[data-service="payments"] td.spark').first().click();
  await page.getByRole("heading", { name: "payments" }).waitFor();
  expect(page.url()).toMatch(/\/services\/payments\?last=1h$/);
});

test("from the failing service to the failing span's logs takes three clicks", async () => {
  const page = await ui.open("/services");
  await page.locator('tr[data-service="payments"] td.errors a').click();
  await page.getByRole("table", { name: "Traces" }).getByRole("link").first().click();
  await page.getByRole("button", { name: /first error in/ }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: /charge failed: card declined/ }).waitFor();
});

test("j, k and enter move over the services", async () => {
  const page = await ui.open("/services");
  await page.locator("tr.service").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const first = await page.locator("tr.service").first().getAttribute("data-service");
  expect(await page.locator("tr.selected").getAttribute("data-service")).toBe(first);
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/services/${first}`);
});

test("without any data it shows where to send some, and goes on waiting while only the collector tells of itself", async () => {
  const page = await ui.open("/services");
  await answerWith(page, "golden?*", 200, { startMillis: 0, endMillis: 1, bucketMillis: 1, services: [] });
  await answerWith(page, "info", 200, {
    version: "0.1.0",
    startedAtMillis: 0,
    ports: { otlp_http: 14318, web: 1 },
    receivers: [
      {
        id: "otlp",
        type: "otlp",
        name: "http",
        host: "",
        port: 14318,
        transport: "tcp",
        tls: false,
        wantsAuth: false,
      },
    ],
    hasData: false,
  });
  await page.reload();
  await page.getByRole("heading", { name: "Waiting for the first trace" }).waitFor();
  // The collector's own metrics are no reason to stop waiting.
  const { services } = (await (await page.request.get(`${new URL(page.url()).origin}/api/v1/golden`)).json()) as {
    services: { source: string }[];
  };
  const own = { ...services[0], name: "goldspan", source: "none" };
  await page.unroute("**/api/v1/golden?*");
  await answerWith(page, "golden?*", 200, { startMillis: 0, endMillis: 1, bucketMillis: 1, services: [own] });
  await page.reload();
  await page.getByRole("heading", { name: "Waiting for the first trace" }).waitFor();
  await page.getByText(":14318").first().waitFor();
  await page.getByRole("tab", { name: "Python" }).click();
  await page.getByText("opentelemetry-instrument python app.py").waitFor();
});

test("an error says what failed and can be tried again", async () => {
  const page = await ui.open("/services");
  await answerWith(page, "golden?*", 500, { error: { code: 500, message: "cannot read the store", id: "e-12" } });
  await page.reload();
  await page.getByRole("alert").getByText("cannot read the store").waitFor();
  await page.getByText("e-12").waitFor();
  await page.unroute("**/api/v1/golden?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("tr.service").first().waitFor();
});
