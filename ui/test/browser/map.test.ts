/** The service map: who is on it, what focus shows, and the ways on from it. */
import { expect, test } from "vitest";
import { answerWith } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("a click on a node brings it into focus, dims the rest and tells its neighbours", async () => {
  const page = await ui.open("/map?last=1h");
  await page.getByRole("button", { name: /^payments / }).click();
  expect(new URL(page.url()).searchParams.get("focus")).toBe("payments");
  await page.locator('[data-node="catalog"].dimmed').waitFor();
  expect(await page.locator('[data-node="orders"].dimmed').count()).toBe(0);
  await page
    .locator("gs-map-panel")
    .getByRole("button", { name: /^orders/ })
    .click();
  await page.locator("gs-map-panel").getByRole("link").first().waitFor();
  expect(new URL(page.url()).searchParams.get("edge")).toBe("orders→payments");
  await page.keyboard.press("Escape");
  await expect.poll(() => new URL(page.url()).search).toBe("?last=1h");
});

test("the keyboard walks over the map, space focuses, enter opens the service", async () => {
  const page = await ui.open("/map?focus=gateway");
  await page.getByRole("button", { name: /^gateway / }).focus();
  await page.keyboard.press("ArrowRight");
  const reached = await page.locator("[data-node]:focus").getAttribute("data-node");
  expect(reached).not.toBe("gateway");
  await page.keyboard.press(" ");
  await expect.poll(() => new URL(page.url()).searchParams.get("focus")).toBe(reached);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: reached ?? "" }).waitFor();
});

test("the map stays where it is when it is asked for again", async () => {
  const page = await ui.open("/map?last=1h");
  const places = (): Promise<string[]> =>
    page
      .locator("[data-node]")
      .evaluateAll((nodes) =>
        nodes.map((node) => `${node.getAttribute("data-node")} ${node.getAttribute("transform")}`).sort(),
      );
  await page.locator("[data-node]").first().waitFor();
  const before = await places();
  await page.getByRole("link", { name: "Services" }).first().click();
  await page.locator("tr.service").first().waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.locator("[data-node]").first().waitFor();
  expect(await places()).toEqual(before);
});

test("wheel and buttons zoom, dragging moves, and neither changes the focus", async () => {
  const page = await ui.open("/map?last=1h");
  const group = page.locator("gs-graph svg.canvas > g");
  await group.waitFor();
  const first = await group.getAttribute("transform");
  await page.mouse.move(500, 400);
  await page.mouse.wheel(0, -300);
  await expect.poll(() => group.getAttribute("transform")).not.toBe(first);
  const zoomed = await group.getAttribute("transform");
  await page.mouse.down();
  await page.mouse.move(560, 430, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => group.getAttribute("transform")).not.toBe(zoomed);
  expect(new URL(page.url()).search).toBe("?last=1h");
  await page.getByRole("button", { name: "All", exact: true }).click();
  await expect.poll(() => group.getAttribute("transform")).toBe(first);
});

test("an empty map says why and leads on", async () => {
  const page = await ui.open("/nowhere");
  await answerWith(page, "map?*", 200, { startMillis: 0, endMillis: 1, source: "spans", nodes: [], edges: [] });
  await page.goto(`${ui.url}/map`);
  await page.getByRole("heading", { name: /Nobody called anybody/ }).waitFor();
});
