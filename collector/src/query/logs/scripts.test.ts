/** The scripts of testdata/log-queries over every engine; test/kit/log-queries says what they are written in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runLogScript } from "../../../test/kit/log-queries/run-log-script.ts";
import { engines } from "../../../test/kit/stores.ts";

const FOLDER = join(import.meta.dirname, "../../../testdata/log-queries");

describe.each(engines())("over $name", ({ open }) => {
  it.each(readdirSync(FOLDER))("%s comes to what it says", async (name) => {
    const store = open();
    try {
      expect(await runLogScript(readFileSync(join(FOLDER, name), "utf8"), store)).toBeGreaterThan(5);
    } finally {
      await store.close();
    }
  });
});
