/** The engine's own scripts, in testdata/promql; collector/docs/promql.md says what they are written in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runScript } from "../../../test/kit/promql/run-script.ts";

const FOLDER = join(import.meta.dirname, "../../../testdata/promql");

for (const name of readdirSync(FOLDER))
  test(`${name} comes to what it says`, async () => {
    const evaluations = await runScript(readFileSync(join(FOLDER, name), "utf8"));
    const failed = evaluations.filter(({ failure }) => failure !== undefined);
    expect(failed.map(({ command, failure }) => `line ${command.line}: ${command.query}: ${failure}`)).toEqual([]);
    expect(evaluations.length).toBeGreaterThan(10);
  });
