/** From anything to anything: the ways between charts, logs, traces, errors, the map and the palette keep the time range. */
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { boxOf, dragAcross } from "../kit/pointer.ts";
import { settle } from "../kit/settle.ts";
import { TRACE_IDS } from "../kit/special-traces.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("a click on a spike of errors offers what happened in it", async () => {
  const page = await ui.open("/services/payments?last=1h");
  await clickChart(page, "Errors", 0.75);
  const menu = page.getByRole("navigation", { name: /^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d$/ });
  const logs = await addressOf(menu.getByRole("link", { name: "Error logs" }));
  expect(logs.pathname).toBe("/logs");
  expect(logs.searchParams.get("q")).toBe("service:payments level>=error");
  expect(Number(logs.searchParams.get("to")) - Number(logs.searchParams.get("from"))).toBe(60_000);
  await menu.getByRole("link", { name: "Failed traces" }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/traces");
  expect(new URL(page.url()).searchParams.get("q")).toBe("service:payments error");
  expect(new URL(page.url()).searchParams.get("from")).toBe(logs.searchParams.get("from"));
  await menu.waitFor({ state: "detached" });
});

// Rates count spans when they come: those of a collector that was sent an hour at once stand behind their logs.
test.skipIf(IS_REAL)("from a spike of a service's errors to the failing span in three clicks", async () => {
  const page = await ui.open("/services/payments?last=1h");
  const plot = await plotOf(page, "Errors");
  await clickSpike(page, plot);
  await page.locator("gs-way-menu").getByRole("link", { name: "Error logs" }).click();
  await page.getByRole("link", { name: "Its trace, at this line" }).first().click();
  await atFailedCharge(page);
});

test("from a spike in the logs' histogram to the failing span in three clicks", async () => {
  const page = await ui.open("/logs?last=1h&q=service:payments");
  const histogram = page.locator("gs-log-histogram");
  await histogram.getByRole("button", { name: /^error/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toContain("level:error");
  const plot = histogram.getByRole("img", { name: /error/ });
  await plot.locator("canvas").first().waitFor();
  await settle(page);
  await clickSpike(page, plot);
  await expect.poll(() => page.url()).toContain("at=");
  await page.getByRole("link", { name: "Its trace, at this line" }).first().click();
  await atFailedCharge(page);
});

test.each(["Traffic", "Latency"])(
  "a drag over %s zooms, and offers the logs of what was dragged over",
  async (name) => {
    const page = await ui.open("/services/payments?last=1h");
    const plot = await plotOf(page, name);
    await dragAcross(plot, 0.4, 0.6, 60);
    await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
    const link = page.locator("gs-way-menu").getByRole("link", { name: "Logs", exact: true });
    const logs = await addressOf(link);
    expect(logs.searchParams.get("q")).toBe("service:payments");
    expect(logs.searchParams.get("from")).toBe(new URL(page.url()).searchParams.get("from"));
    expect(logs.searchParams.get("to")).toBe(new URL(page.url()).searchParams.get("to"));
    await page.keyboard.press("Escape");
    await link.waitFor({ state: "detached" });
  },
);

test("the keyboard opens the ways at the chart's cursor, walks through them and comes back", async () => {
  const page = await ui.open("/services/payments?last=1h");
  const plot = await plotOf(page, "Errors");
  await plot.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const menu = page.locator("gs-way-menu");
  await menu.getByRole("link", { name: "Error logs" }).waitFor();
  await page.keyboard.press("ArrowDown");
  expect(await menu.locator("a:focus").textContent()).toContain("Failed traces");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  expect(await plot.evaluate((element) => element.matches(":focus"))).toBe(true);
});

test("a service leads to its errors and its logs", async () => {
  const page = await ui.open("/services/payments?last=1h");
  const nav = page.getByRole("navigation", { name: "More of payments" });
  expect((await addressOf(nav.getByRole("link", { name: "Logs" }))).search).toBe("?q=service:payments&last=1h");
  expect((await addressOf(nav.getByRole("link", { name: "Errors" }))).search).toBe("?service=payments&last=1h");
  await page
    .getByRole("region", { name: "Errors by kind" })
    .getByRole("link", { name: /ChargeDeclined/ })
    .click();
  await page.getByRole("region", { name: "Where in the code" }).getByText("StripeGateway.charge").waitFor();
  expect(page.url()).toContain("last=1h");
});

test("a span leads to its logs, and to its service in the minutes around it", async () => {
  const page = await ui.open(`/traces/${TRACE_IDS.failedOrder}?last=1h`);
  await page.getByRole("button", { name: /first error in/ }).click();
  const ways = page.getByRole("navigation", { name: "From this span" });
  const logs = await addressOf(ways.getByRole("link", { name: "Logs" }));
  expect(logs.searchParams.get("q")).toMatch(new RegExp(`^trace_id:${TRACE_IDS.failedOrder} span_id:[0-9a-f]{16}$`));
  expect(logs.searchParams.get("last")).toBe("1h");
  const service = await addressOf(ways.getByRole("link", { name: "Service then" }));
  expect(service.pathname).toBe("/services/payments");
  const minutes = Number(service.searchParams.get("to")) - Number(service.searchParams.get("from"));
  expect(minutes).toBeGreaterThanOrEqual(120_000);
  expect(minutes).toBeLessThan(130_000);
  const errors = await addressOf(ways.getByRole("link", { name: "Errors" }));
  expect(errors.searchParams.get("q")).toBe("com.shop.payments.ChargeDeclinedException");
  const all = await addressOf(page.locator("gs-trace-header").getByRole("link", { name: "Logs" }));
  expect(all.searchParams.get("q")).toBe(`trace_id:${TRACE_IDS.failedOrder}`);
});

test("the map leads from a node to its errors, and from an edge to the logs of both ends", async () => {
  const page = await ui.open("/map?last=1h&focus=payments");
  const panel = page.locator("gs-map-panel");
  expect((await addressOf(panel.getByRole("link", { name: "Errors" }))).search).toBe("?service=payments&last=1h");
  await panel.getByRole("button", { name: /^orders/ }).click();
  const logs = await addressOf(panel.getByRole("link", { name: "Logs of both" }));
  expect(logs.searchParams.get("q")).toBe("service:orders or service:payments");
  const errors = await addressOf(panel.getByRole("link", { name: "Error logs" }));
  expect(errors.searchParams.get("q")).toBe("(service:orders or service:payments) level>=error");
});

test("the palette looks for words in logs, and for the lines of a trace", async () => {
  const page = await ui.open("/services?last=1h");
  await page.getByRole("columnheader", { name: /Service/ }).waitFor();
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Go to" });
  await field.fill(TRACE_IDS.failedOrder);
  await page.getByRole("option", { name: /Its log lines/ }).waitFor();
  await field.fill("card declined");
  await page.getByRole("option", { name: /Logs with “card declined”/ }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/logs");
  expect(new URL(page.url()).searchParams.get("q")).toBe("card declined");
  expect(new URL(page.url()).searchParams.get("last")).toBe("1h");
});

/** On the tallest bar: the column of pixels with the most of the error colour. */
async function clickSpike(page: Page, plot: Locator): Promise<void> {
  const place = await plot
    .locator("canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, width, height);
      let best = { x: 0, count: 0, bottom: 0 };
      for (let x = 0; x < width; x++) {
        let [count, bottom] = [0, 0];
        for (let y = 0; y < height; y++) {
          const at = (y * width + x) * 4;
          if (data[at] < 150 || data[at + 1] > 90 || data[at + 3] < 200) continue;
          count += 1;
          bottom = y;
        }
        if (count > best.count) best = { x, count, bottom };
      }
      const ratio = width / canvas.getBoundingClientRect().width;
      return { x: best.x / ratio + 2, y: (best.bottom - best.count / 2) / ratio };
    });
  const box = await boxOf(plot.locator("canvas").first());
  await page.mouse.click(box.x + place.x, box.y + place.y);
}

/** The trace is open, the line is chosen, and the span that wrote it failed. */
async function atFailedCharge(page: Page): Promise<void> {
  await page.getByRole("treeitem", { name: /charge failed/, selected: true }).waitFor();
  const spanId = new URL(page.url()).searchParams.get("span");
  expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  await page.getByRole("treeitem", { name: /payments POST \/charge.*(?:failed|error)/i }).waitFor();
}

async function plotOf(page: Page, name: string): Promise<Locator> {
  const plot = page.getByRole("img", { name: new RegExp(`^${name}:`) });
  await plot.locator("canvas").first().waitFor();
  await settle(page);
  return plot;
}

async function clickChart(page: Page, name: string, share: number): Promise<void> {
  const box = await boxOf(await plotOf(page, name));
  await page.mouse.click(box.x + box.width * share, box.y + box.height * 0.4);
}

async function addressOf(link: Locator): Promise<URL> {
  return new URL((await link.getAttribute("href")) ?? "", "http://ui");
}
