/**
 * The components' READMEs: the table of keys is what the schema says (UPDATE_README=1 writes it), and every example loads.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Factory } from "../src/component/factory.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { SECTION_OF } from "../src/config/factory-index.ts";
import { configTable, TABLE_HEAD } from "./kit/config-table.ts";
import { factories } from "../src/components.ts";

const named = factories.map((factory): [string, Factory] => [`${SECTION_OF[factory.kind]}/${factory.type}`, factory]);

function readmeOf(folder: string): string {
  return new URL(`../src/${folder}/README.md`, import.meta.url).pathname;
}

/** From the head of the first table to its last row. */
const TABLE = new RegExp(`^${TABLE_HEAD.replaceAll("|", "\\|")}\\n(?:\\|.*\\n?)*`, "m");

test.each(named)("%s has a README with its keys", (folder, factory) => {
  const path = readmeOf(folder);
  expect(existsSync(path)).toBe(true);
  const text = readFileSync(path, "utf8");
  expect(text.split("\n", 1)[0]).toBe(`# ${factory.type} ${factory.kind}`);
  const table = configTable(factory.config);
  if (process.env.UPDATE_README && TABLE.test(text))
    writeFileSync(
      path,
      text.replace(TABLE, () => `${table}\n`),
    );
  // A component may group its keys by hand instead.
  if (TABLE.test(text) || factory.config.doc.fields === undefined) expect(readFileSync(path, "utf8")).toContain(table);
});

test.each(named)("the examples in the README of %s load", (folder) => {
  const examples = [...readFileSync(readmeOf(folder), "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
    ([, yaml]) => yaml,
  );
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    const rest =
      "yaml:{receivers: {nop: }, exporters: {nop: }, service: {pipelines: {traces: {receivers: [nop], exporters: [nop]}}}}";
    const surroundings = {
      variables: { OTLP_TOKEN: "t", GOLDSPAN_TOKEN: "an-example-of-a-token" },
      readFile: () => "",
    };
    const { warnings } = loadConfig({ configs: [rest, `yaml:${example}`] }, factories, surroundings);
    // Most show how to write a component, not where it is listed.
    expect(warnings.filter((warning) => !warning.includes("does not run"))).toEqual([]);
  }
});
