/** What a mouse does to elements: where they lie, and dragging over them. */
import type { Locator } from "playwright-core";
import { settle } from "./settle.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** When the page has come to rest and the element is in view. */
export async function boxOf(locator: Locator): Promise<Box> {
  await settle(locator.page());
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (!box) throw new Error("it has no box");
  return box;
}

/** Clicks what shows while the pointer is over an element, which news may move from under it: then it goes there again, ten times at most. */
export async function clickShownBy(hovered: Locator, shown: Locator): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await settle(hovered.page());
    await hovered.hover();
    const isClicked = await shown.click({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
    if (isClicked) return;
  }
  await shown.click();
}

/** Drags from one share of an element's width (0 to 1) to another, so many pixels below its top. */
export async function dragAcross(locator: Locator, from: number, to: number, below: number): Promise<void> {
  const { x, y, width } = await boxOf(locator);
  const { mouse } = locator.page();
  await mouse.move(x + width * from, y + below);
  await mouse.down();
  await mouse.move(x + width * to, y + below, { steps: 4 });
  await mouse.up();
}
