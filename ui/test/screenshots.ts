/**
 * Pictures of every page in three sizes, light and dark, for looking at: `npm run screenshots -w ui -- [part of a name]`. Out: PNG
 * files in artifacts/ui at the root of the project. Uses the mock server, or GOLDSPAN_UI_URL.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { launchBrowser } from "./kit/browser.ts";
import { buildUi } from "./kit/global-setup.ts";
import { startMockServer, type MockMode } from "./kit/mock-server.ts";
import { TRACE_IDS } from "./kit/special-traces.ts";

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly mode?: MockMode;
  readonly act?: (page: Page) => Promise<void>;
}

const SIZES = [
  { name: "wide", width: 1440, height: 900 },
  { name: "medium", width: 900, height: 700 },
  { name: "narrow", width: 390, height: 844 },
] as const;

const RATE = "sum by (service_name) (rate(traces_span_metrics_calls_total[1m]))";
const P95 =
  'histogram_quantile(0.95, sum by (service_name, le) (rate(traces_span_metrics_duration_seconds_bucket{service_name="payments"}[1m])))';

const SHOTS: readonly Shot[] = [
  { name: "services", path: "/services" },
  { name: "service", path: "/services/payments" },
  { name: "service-tight", path: "/services/inventory" },
  { name: "map", path: "/map" },
  { name: "map-many", path: "/map", mode: "many" },
  { name: "map-focus", path: "/map?focus=payments" },
  { name: "map-edge", path: "/map?edge=orders→payments" },
  { name: "metrics-start", path: "/metrics" },
  { name: "metrics", path: `/metrics?q=${RATE}&q2=process_memory_usage_bytes` },
  { name: "metrics-latency", path: `/metrics?q=${P95}` },
  { name: "metrics-table", path: `/metrics?q=${RATE}&view=table` },
  { name: "metrics-wrong", path: "/metrics?q=sum by (job) (nonsense(up))" },
  {
    name: "metrics-typing",
    path: "/metrics",
    act: async (page) => {
      await page.getByRole("combobox", { name: "Query A" }).click();
      await page.keyboard.type("sum by (job) (rate(pro");
    },
  },
  { name: "boards", path: "/boards" },
  { name: "board", path: "/boards/checkout-and-payments" },
  { name: "board-ready", path: "/boards/golden:payments" },
  {
    name: "board-edit",
    path: "/boards/checkout-and-payments",
    act: async (page) => {
      await page.getByRole("button", { name: "Change", exact: true }).click();
      await page.getByRole("region", { name: "CPU" }).hover();
      await page.getByRole("region", { name: "CPU" }).getByRole("button", { name: "Settings" }).click();
    },
  },
  {
    name: "board-variables",
    path: "/boards/checkout-and-payments",
    act: async (page) => {
      await page.getByRole("button", { name: "Change", exact: true }).click();
      await page.getByRole("button", { name: "Variables" }).click();
    },
  },
  { name: "services-empty", path: "/services", mode: "empty" },
  { name: "services-error", path: "/services", mode: "error" },
  { name: "traces", path: "/traces" },
  { name: "traces-errors", path: "/traces?q=service:payments+error" },
  { name: "trace", path: `/traces/${TRACE_IDS.failedOrder}` },
  {
    name: "trace-span",
    path: `/traces/${TRACE_IDS.failedOrder}`,
    act: (page) => page.getByText("first error").first().click(),
  },
  { name: "trace-logs", path: `/traces/${TRACE_IDS.failedOrder}?tab=logs` },
  { name: "trace-table", path: `/traces/${TRACE_IDS.failedOrder}?tab=table` },
  { name: "trace-broken", path: `/traces/${TRACE_IDS.broken}` },
  { name: "trace-repeats", path: `/traces/${TRACE_IDS.nPlusOne}` },
  { name: "trace-large", path: `/traces/${TRACE_IDS.large}` },
  { name: "logs", path: "/logs" },
  {
    name: "logs-line",
    path: "/logs?q=level:error",
    act: (page) => page.locator("gs-log-list .row").first().click(),
  },
  { name: "logs-columns", path: "/logs?cols=logger.name,host.name&wrap=1" },
  { name: "logs-table", path: "/logs?q=| count by service every 2m" },
  { name: "logs-patterns", path: "/logs?tab=patterns" },
  { name: "logs-wrong", path: "/logs?q=timeout level:loud" },
  { name: "logs-tail", path: "/logs?tail=1", act: (page) => page.waitForTimeout(2000) },
  { name: "logs-empty", path: "/logs", mode: "empty" },
  { name: "logs-error", path: "/logs", mode: "error" },
  { name: "errors", path: "/exceptions?last=1h" },
  { name: "errors-none", path: "/exceptions?q=nothing like this" },
  {
    name: "error",
    path: "/exceptions?last=1h",
    act: async (page) => {
      await page.locator("gs-exception-table td a").first().click();
      await page.locator("gs-occurrences tbody tr").first().waitFor();
    },
  },
  { name: "storage", path: "/storage" },
  { name: "storage-empty", path: "/storage", mode: "empty" },
  { name: "storage-error", path: "/storage", mode: "error" },
  { name: "palette", path: "/services", act: (page) => page.keyboard.press("Control+k") },
  { name: "keys", path: "/services", act: (page) => page.keyboard.press("?") },
];

const target = fileURLToPath(new URL("../../artifacts/ui/", import.meta.url));
const wanted = process.argv.slice(2);
await mkdir(target, { recursive: true });
await buildUi();
const mock = await startMockServer();
const browser = await launchBrowser();
for (const size of SIZES) {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: size, colorScheme, reducedMotion: "reduce" });
    page.on("console", (message) => message.type() === "error" && console.log("console:", message.text()));
    page.on("pageerror", (error) => console.log("page:", error.message));
    for (const shot of SHOTS) {
      const name = `${shot.name}-${size.name}-${colorScheme}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      mock.mode = shot.mode ?? "normal";
      await page.goto((process.env.GOLDSPAN_UI_URL ?? mock.url) + shot.path);
      // A live tail is never idle.
      await page.waitForLoadState("networkidle", { timeout: 5000 }).catch(() => undefined);
      await shot.act?.(page).catch((error: unknown) => console.log(`${name}: ${String(error).split("\n")[0]}`));
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(target, `${name}.png`) });
    }
    await page.close();
  }
}
await browser.close();
await mock.close();
