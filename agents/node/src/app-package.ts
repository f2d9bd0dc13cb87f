/**
 * Name and version of the application, from the package.json nearest to its entry script: what a service is called when
 * nobody named it. In: the path of the script. Out: name and version where they exist. Reads files, never throws.
 */

import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

export interface AppPackage {
  name?: string;
  version?: string;
}

/**
 * Walks up from the script's real directory (from `workingDirectory` when there is no script, as with `node -e`).
 * The first package.json with a name wins; one without a name (`{"type":"module"}`) only marks a folder and is passed by.
 */
export function findAppPackage(script: string | undefined, workingDirectory: string): AppPackage {
  let directory = script === undefined ? workingDirectory : dirname(realPath(script));
  for (;;) {
    const found = readPackage(join(directory, "package.json"));
    if (found?.name !== undefined) return found;
    const parent = dirname(directory);
    if (parent === directory) return {};
    directory = parent;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // the script may be given without its extension; its folder is right all the same
  }
}

function readPackage(path: string): AppPackage | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    return { name: nonEmpty(name), version: nonEmpty(version) };
  } catch {
    return undefined; // absent, unreadable or broken: the folder above may have a better one
  }
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
