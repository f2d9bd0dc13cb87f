/** The import rules of the UI as data: who may import whom. Names the file and the import that breaks them. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "../src");

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  api: ["base"],
  state: ["base"],
  widgets: ["base"],
  model: ["base"],
  controllers: ["base", "api", "state"],
  components: ["base", "model", "widgets"],
  pages: ["base", "model", "widgets", "api", "state", "controllers", "components"],
  shell: ["base", "model", "widgets", "api", "state", "controllers", "components", "pages"],
};

const files = globSync("**/*.ts", { cwd: SOURCE }).filter((file) => !file.endsWith(".test.ts") && file.includes("/"));

test.each(Object.keys(MAY_IMPORT))("%s imports only what it may", (folder) => {
  const broken = files
    .filter((file) => file.startsWith(`${folder}/`))
    .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
    .filter(({ target }) => target !== folder && !MAY_IMPORT[folder].includes(target));
  expect(broken).toEqual([]);
});

test("only the API client fetches, and only one widget knows uPlot", () => {
  const having = (pattern: RegExp): string[] =>
    files.filter((file) => pattern.test(readFileSync(join(SOURCE, file), "utf8")));
  expect(having(/\bawait fetch\(/)).toEqual(["api/client.ts"]);
  expect(having(/from "uplot"/)).toEqual(["widgets/gs-time-chart.ts"]);
});

test("text stays text: nothing writes markup", () => {
  const having = files.filter((file) =>
    /unsafeHTML|innerHTML|insertAdjacentHTML|unsafeSVG|styleMap/.test(
      readFileSync(join(SOURCE, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, ""),
    ),
  );
  expect(having).toEqual([]);
});

test("files stay small, and each tells what it is", () => {
  const sizes = files.map((file) => ({ file, text: readFileSync(join(SOURCE, file), "utf8") }));
  expect(sizes.filter(({ text }) => text.split("\n").length > 350).map(({ file }) => file)).toEqual([]);
  expect(sizes.filter(({ text }) => !text.startsWith("/**")).map(({ file }) => file)).toEqual([]);
});

/** Folders that a file imports from. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g)].map((match) => {
    const target = relative(SOURCE, join(SOURCE, dirname(file), match[1]));
    return target.split("/")[0];
  });
}
