/** Boards: the ready ones, new ones with panels of each kind, what is saved, copied, imported and exported. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

async function newBoard(title: string): Promise<Page> {
  const page = await ui.open("/boards");
  await page.getByRole("button", { name: "New board" }).first().click();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByRole("textbox", { name: "Title of the board" }).fill(title);
  return page;
}

test("each service has a ready board, which can be copied and then changed", async () => {
  const page = await ui.open("/boards");
  await page.getByRole("link", { name: "payments", exact: true }).click();
  await page
    .getByRole("img", { name: /^Traffic/ })
    .locator("canvas")
    .waitFor();
  expect(await page.getByRole("button", { name: "Change", exact: true }).count()).toBe(0);
  await page.getByRole("button", { name: "Copy and change" }).click();
  await page.getByRole("textbox", { name: "Title of the board" }).waitFor();
  expect(page.url()).not.toContain("golden:");
});

test("panels are added, set up, moved, and kept when the board is saved", async () => {
  const page = await newBoard("Mine");
  await page.getByRole("button", { name: "Panel" }).first().click();
  const editor = page.locator("gs-panel-editor");
  await editor.getByLabel("Title").fill("Targets");
  await editor.getByLabel("Shows").selectOption("table");
  await editor.getByRole("combobox", { name: "Query A" }).fill("vector(42)");
  await page.keyboard.press("Enter");
  const region = page.getByRole("region", { name: "Targets" });
  await region.getByRole("cell", { name: "42" }).waitFor();
  const before = await region.boundingBox();
  await region.getByRole("button", { name: "Move right" }).click();
  await expect.poll(async () => (await region.boundingBox())?.x).toBeGreaterThan(before?.x ?? 0);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Mine" }).waitFor();
  await page.reload();
  await page.getByRole("region", { name: "Targets" }).getByRole("cell", { name: "42" }).waitFor();
});

test("text panels draw text and never markup", async () => {
  const page = await newBoard("Notes");
  await page.getByRole("button", { name: "Panel" }).first().click();
  const editor = page.locator("gs-panel-editor");
  await editor.getByLabel("Shows").selectOption("text");
  await editor.getByRole("textbox", { name: "Text" }).fill("# Head\n<img src=x onerror=alert(1)>");
  await page.getByRole("heading", { name: "Head" }).waitFor();
  await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
});

test("what isn't saved is still there after a look elsewhere, until it is discarded", async () => {
  const page = await newBoard("Half done");
  await page.getByRole("button", { name: "Panel" }).first().click();
  await page.getByRole("link", { name: "Services" }).first().click();
  await page.locator("tr.service").first().waitFor();
  await page.goBack();
  await page.getByRole("region", { name: "New panel" }).waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { name: "No panels yet" }).waitFor();
});

test("a dashboard of Grafana is imported, and what boards cannot show is told", async () => {
  const page = await ui.open("/boards");
  const dashboard = {
    title: "From elsewhere",
    schemaVersion: 39,
    panels: [
      { type: "timeseries", title: "Up", gridPos: { x: 0, y: 0, w: 12, h: 8 }, targets: [{ expr: "up", refId: "A" }] },
      {
        type: "heatmap",
        title: "Spread",
        gridPos: { x: 12, y: 0, w: 12, h: 8 },
        targets: [{ expr: "up", refId: "A" }],
      },
    ],
  };
  await page.locator("input[type=file]").setInputFiles({
    name: "dashboard.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(dashboard)),
  });
  const report = page.getByRole("status");
  await report
    .getByText(/heatmap/)
    .first()
    .waitFor();
  await report.getByRole("link", { name: "Open it" }).click();
  await page.getByRole("heading", { name: "From elsewhere" }).waitFor();
  await page.getByRole("region", { name: "Up" }).waitFor();
});

test("a file that is no board says so", async () => {
  const page = await ui.open("/boards");
  const file = { name: "x.json", mimeType: "application/json", buffer: Buffer.from("not json") };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText(/Cannot import x.json: it is no JSON/).waitFor();
});

test("a variable changes what the panels ask, and stands in the address", async () => {
  const page = await ui.open("/boards/checkout-and-payments");
  await page.getByRole("region", { name: "Memory of payments" }).waitFor();
  await page.getByRole("combobox", { name: "job" }).selectOption("cart");
  await page.getByRole("region", { name: "Memory of cart" }).waitFor();
  expect(new URL(page.url()).searchParams.get("var-job")).toBe("cart");
});

test("a board opens with its own time range, unless the link names one", async () => {
  const page = await ui.open("/boards/checkout-and-payments");
  await expect.poll(() => new URL(page.url()).searchParams.get("last")).toBe("1h");
  await page.goto(`${ui.url}/boards/checkout-and-payments?last=15m`);
  await page.getByRole("region", { name: "Memory of payments" }).waitFor();
  expect(new URL(page.url()).searchParams.get("last")).toBe("15m");
});

test("variables are added, set up, used by a panel, and kept when the board is saved", async () => {
  const page = await newBoard("With variables");
  await page.getByRole("button", { name: "Variables" }).click();
  const editor = page.locator("gs-variable-editor");
  await editor.getByRole("button", { name: "Variable", exact: true }).click();
  const first = editor.getByRole("group", { name: "Variable service" });
  await first.getByRole("combobox", { name: "Label", exact: true }).fill("service_name");
  await first.getByRole("combobox", { name: "Label", exact: true }).press("Enter");
  await editor.getByRole("button", { name: "Variable", exact: true }).click();
  const second = editor.getByRole("group", { name: "Variable variable2" });
  await second.getByLabel("Name").fill("service");
  await second.getByLabel("Name").press("Enter");
  await editor.getByRole("alert").getByText("There is another variable service.").waitFor();
  const renamed = editor.getByRole("group", { name: "Variable service" }).nth(1);
  await renamed.getByLabel("Name").fill("$shard");
  await renamed.getByLabel("Name").press("Enter");
  const shard = editor.getByRole("group", { name: "Variable shard" });
  await shard.getByLabel("Its values are").selectOption("custom");
  await shard.getByLabel("Values, with commas between them").fill("42, 43");
  await shard.getByLabel("Values, with commas between them").press("Enter");
  await shard.getByRole("button", { name: "Earlier" }).click();
  expect(await editor.getByRole("group").first().getAttribute("aria-label")).toBe("Variable shard");
  await page.locator("gs-board-variables").getByLabel("service").selectOption("payments");
  await page.getByRole("button", { name: "Panel" }).first().click();
  const panel = page.locator("gs-panel-editor");
  await panel.getByLabel("Title").fill("Shard $shard");
  await panel.getByLabel("Shows").selectOption("table");
  await panel.getByRole("combobox", { name: "Query A" }).fill("vector($shard)");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Shard 42" }).getByRole("cell", { name: "42" }).waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "With variables" }).waitFor();
  await page.reload();
  await page.locator("gs-board-variables").getByLabel("shard").selectOption("43");
  await page.getByRole("region", { name: "Shard 43" }).getByRole("cell", { name: "43" }).waitFor();
});
