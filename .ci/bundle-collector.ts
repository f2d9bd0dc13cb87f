/**
 * The collector as a few files of JavaScript: each thread loads what it runs and no more. As one file a module, 650 modules cost each
 * thread 10 MB and the start a third of a second.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown, type Plugin } from "rolldown";

/** Started by name: the command and what a package starts it by, the list of components that a thread imports by address, and the threads. */
const ENTRIES: Readonly<Record<string, string>> = {
  main: "main.ts",
  goldspan: "goldspan.ts",
  components: "components.ts",
  "ingest-thread": "threads/ingest-thread.ts",
  "alert-thread": "threads/alert-thread.ts",
  "reader-thread": "threads/reader-thread.ts",
  "merge-thread": "threads/merge-thread.ts",
};

/** Has native code, or is found at run time: not bundled, so a package and an image bring it. */
export const EXTERNAL = ["better-sqlite3", "@resvg/resvg-js"];

/** V8 keeps a source with any character above U+00FF as two bytes a character: texts are escaped (comments are gone). */
const ASCII: Plugin = {
  name: "ascii",
  generateBundle(_, files) {
    for (const file of Object.values(files))
      if (file.type === "chunk") file.code = file.code.replace(/[^\0-\x7f]/g, escape);
  },
};

/** How sources load a package without waiting, when it is first needed: the bundler leaves it as it is. */
const LAZY = /(?<=\bcreateRequire\(import\.meta\.url\)\(")[^"./][^"]*(?="\))/g;

/** Points each such place at a file of the build, and remembers which packages those are. */
function lazyPackages(names: Set<string>): Plugin {
  return {
    name: "lazy-packages",
    transform(code) {
      if (code.search(LAZY) < 0) return undefined;
      return code.replace(LAZY, (name) => {
        names.add(name);
        return `./${name}.cjs`;
      });
    },
  };
}

function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** All files lie side by side in `to`: they find each other, the UI and package.json from there. */
export async function bundleCollector(from: string, to: string): Promise<void> {
  const input = Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(from, file)]));
  const lazy = new Set<string>();
  const bundle = await rolldown({ input, platform: "node", external: EXTERNAL, plugins: [lazyPackages(lazy), ASCII] });
  await bundle.write({
    dir: to,
    format: "esm",
    comments: { legal: true, annotation: false, jsdoc: false },
    minify: false,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  });
  await bundle.close();
  const { resolve } = createRequire(join(from, "main.ts"));
  for (const name of lazy) {
    const one = await rolldown({ input: resolve(name), platform: "node", plugins: [ASCII] });
    await one.write({
      file: join(to, `${name}.cjs`),
      format: "cjs",
      comments: { legal: true, annotation: false, jsdoc: false },
    });
    await one.close();
  }
}
