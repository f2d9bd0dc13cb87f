/** The gallery: every widget and component is in it and draws, in both themes, with nothing serious for axe. */
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { findSeriousProblems } from "../kit/axe.ts";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const SOURCE = join(import.meta.dirname, "../../src");
/** A modal would cover the gallery; the shell's tests open it. */
const NOT_SHOWN = ["gs-dialog"];

const ui = useUi();

// The gallery is no part of the product: the mock serves it.

test.skipIf(IS_REAL)("shows every widget and component", async () => {
  const page = await ui.open("/gallery/");
  await page.getByRole("region", { name: "gs-operation-stats" }).waitFor();
  const drawn = await page.evaluate(() => {
    const tags = new Set<string>();
    const roots: ParentNode[] = [document];
    for (let root = roots.pop(); root; root = roots.pop()) {
      for (const element of root.querySelectorAll("*")) {
        tags.add(element.localName);
        if (element.shadowRoot) roots.push(element.shadowRoot);
      }
    }
    return [...tags];
  });
  const tags = globSync("{widgets,components}/gs-*.ts", { cwd: SOURCE }).map((file) => basename(file, ".ts"));
  expect(tags.filter((tag) => !drawn.includes(tag) && !NOT_SHOWN.includes(tag))).toEqual([]);
});

test.skipIf(IS_REAL)("axe finds nothing serious in it", { timeout: 120_000 }, async () => {
  const page = await ui.open("/gallery/", { bypassCSP: true });
  await page.getByRole("region", { name: "gs-operation-stats" }).waitFor();
  expect(await findSeriousProblems(page)).toEqual([]);
});
