/**
 * Lets instrumentations see modules that an app imports as ES modules (`require` is hooked by the instrumentations
 * themselves). In: the instrumentations. Out: a loader hook that touches only the packages they ask for; every other
 * import stays as Node made it, which costs less and cannot break.
 */

import { builtinModules, createRequire, register, syncBuiltinESMExports } from "node:module";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { register as registerSync, supportsSyncHooks } from "import-in-the-middle/register-hooks.mjs";

const require = createRequire(import.meta.url);

/** Call it after the instrumentations exist and before the app is loaded. */
export function hookImports(instrumentations: Instrumentation[]): void {
  const names = instrumentedModules(instrumentations);
  // Built-in modules are patched once, in place; without the second step `import { get } from "node:http"` would still
  // be the function as it was before.
  for (const name of names ?? ["http", "https"]) if (BUILTIN.has(name)) require(name);
  syncBuiltinESMExports();

  // Before 24.11.1 and 22.22.3 the synchronous hooks reject CommonJS modules; the older hook runs in a thread of its own.
  if (!supportsSyncHooks()) {
    register("import-in-the-middle/hook.mjs", import.meta.url);
    return;
  }
  // `shouldInclude` is documented (README, "Custom matching") but missing in the declarations of 3.6.0.
  const options = names && { shouldInclude: (url: string) => isInstrumented(url, names) };
  registerSync(options as Parameters<typeof registerSync>[0]);
}

/** Names of packages and built-in modules; undefined (hook everything) when an instrumentation does not tell. */
export function instrumentedModules(instrumentations: Instrumentation[]): Set<string> | undefined {
  const names = new Set<string>();
  for (const instrumentation of instrumentations) {
    const modules = (instrumentation as { _modules?: { name: string }[] })._modules;
    if (modules === undefined) return undefined;
    for (const { name } of modules) names.add(packageOf(name.replace(/^node:/, "")));
  }
  return names;
}

const BUILTIN = new Set(builtinModules);
const PACKAGES_FOLDER = "/node_modules/";

/** Whether a resolved URL is a file under `node_modules/<package>/` of one of the packages. */
export function isInstrumented(url: string, names: ReadonlySet<string>): boolean {
  const folder = url.lastIndexOf(PACKAGES_FOLDER);
  return folder >= 0 && names.has(packageOf(url.slice(folder + PACKAGES_FOLDER.length)));
}

/** `pg/lib/client.js` -> `pg`, `@redis/client/dist/x.js` -> `@redis/client`. */
function packageOf(path: string): string {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}
