/** Fixture files of other projects: in the folder named by GOLDSPAN_FIXTURES, else in ../shared/fixtures beside the project. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = process.env.GOLDSPAN_FIXTURES ?? join(import.meta.dirname, "../../../../shared/fixtures");

/** False = there are none: `it.skipIf(!hasFixtures)` with a name that says so. */
export const hasFixtures = existsSync(FOLDER);
export const NO_FIXTURES = "skipped: no fixtures; set GOLDSPAN_FIXTURES to their folder";

export function readFixture(path: string): Buffer {
  return readFileSync(join(FOLDER, path));
}

export function listFixtures(folder: string, ending = ""): string[] {
  if (!hasFixtures) return [];
  return readdirSync(join(FOLDER, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}
