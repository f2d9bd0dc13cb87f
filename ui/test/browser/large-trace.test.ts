/** 10,000 spans: opens, scrolls, folds and searches without long pauses. */
import { expect, test } from "vitest";
import { mainThreadOf } from "../kit/main-thread.ts";
import { settle } from "../kit/settle.ts";
import { TRACE_IDS } from "../kit/special-traces.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const FRAMES = 60;

test("10,000 spans stay smooth", async () => {
  const page = await ui.open("/services");
  await settle(page);
  const measure = await mainThreadOf(page);
  const rows = page.getByRole("treeitem");
  const open = await measure(async () => {
    await page.goto(`${ui.url}/traces/${TRACE_IDS.large}`);
    await rows.first().waitFor();
    await settle(page);
  });
  const frame = (await measure(() => page.locator("gs-waterfall .scroller").evaluate(scroll, FRAMES))) / FRAMES;
  const press = (key: string): Promise<number> =>
    measure(async () => {
      await page.keyboard.press(key);
      await settle(page);
    });
  const all = await rows.count();
  const collapse = await press("c");
  expect(await rows.count()).toBeLessThan(all);
  const expand = await press("e");
  expect(await rows.count()).toBe(all);
  const search = await measure(async () => {
    await page.keyboard.press("f");
    await page.keyboard.insertText("price");
    await page.getByText(/^1\/[1-9]/).waitFor();
    await settle(page);
  });
  console.log("10,000 spans, milliseconds of CPU:", { open, frame, collapse, expand, search });
  expect(open).toBeLessThan(2000);
  expect(frame).toBeLessThan(40);
  expect(collapse).toBeLessThan(200);
  expect(expand).toBeLessThan(200);
  expect(search).toBeLessThan(300);
  expect(all).toBeLessThan(150);
});

/** Runs in the page. */
async function scroll(scroller: Element, frames: number): Promise<void> {
  for (let count = 0; count < frames; count++) {
    scroller.scrollTop += 260;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
