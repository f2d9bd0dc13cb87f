/**
 * Prometheus' own test scripts for PromQL. They lie in the folder named by GOLDSPAN_FIXTURES, else in ../shared/fixtures beside the
 * project; without it the tests are skipped. Each file's passed and total evaluations are printed.
 */
import { basename } from "node:path";
import { expect, test } from "vitest";
import { hasFixtures, listFixtures, NO_FIXTURES, readFixture } from "../../../test/kit/fixtures.ts";
import { runScript } from "../../../test/kit/promql/run-script.ts";

/**
 * Evaluations that come to something else here, by file and line, and why. An evaluation that fails and isn't listed fails the test,
 * and so does one that is listed and passes.
 */
const DIFFERENT: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {};

const files = listFixtures("promql", ".test");

test.skipIf(!hasFixtures)(hasFixtures ? "there are scripts" : NO_FIXTURES, () => {
  expect(files.length).toBeGreaterThan(20);
});

for (const file of files) {
  const name = basename(file);
  test(`${name} comes to what Prometheus says`, async () => {
    const evaluations = await runScript(readFixture(file).toString());
    const failed = evaluations.filter(({ failure }) => failure !== undefined);
    const listed = new Set(Object.values(DIFFERENT[name] ?? {}).flat());
    console.log(`${name}: ${evaluations.length - failed.length}/${evaluations.length} evaluations`);
    const unexpected = failed.filter(({ command }) => !listed.has(command.line));
    expect(unexpected.map(({ command, failure }) => `line ${command.line}: ${command.query}: ${failure}`)).toEqual([]);
    expect(failed.map(({ command }) => command.line)).toEqual([...listed]);
  });
}
