/**
 * Who may import whom, as data (the table of ARCHITECTURE.md), held against every import of the source, types included. Circles are
 * the linter's (import/no-cycle).
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const STORE = "store/store.ts";

/** Folder (or file) of collector/src -> folders and files it may import, beside its own. Longest match counts. */
const COLLECTOR: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ["base"],
  wire: ["base", "model"],
  component: ["base", "model", STORE],
  "store/contract": ["base", "model"],
  [STORE]: ["base", "model", "store/contract"],
  config: ["base", "component"],
  pipeline: ["base", "model", "component", "config"],
  "store/sqlite": ["base", "model", "wire", STORE],
  "store/memory": ["base", "model", "wire", STORE],
  query: ["base", "model", "wire", STORE],
  alerts: ["base", "model", "query", STORE],
  receivers: ["base", "model", "wire", "component"],
  /** What processors share (matching records, changing attributes) is a room beside them, not a component. */
  "processors/records": ["base", "model", "wire", "component"],
  processors: ["base", "model", "wire", "component", "processors/records"],
  /** What connectors that count share is a room beside them. */
  "connectors/series": ["base", "model", "wire", "component"],
  connectors: ["base", "model", "wire", "component", "connectors/series"],
  "connectors/exceptions": ["base", "model", "wire", "component", "connectors/series", STORE],
  exporters: ["base", "model", "wire", "component"],
  "exporters/goldspan": ["base", "model", "wire", "component", STORE],
  "api/contract": [],
  "api/contract.ts": ["api/contract"],
  api: ["api/contract.ts", "api/contract", "base", "model", "wire", "component", "query", "alerts", STORE],
  extensions: ["base", "component", "store", "api"],
  "extensions/alerting": ["base", "model", "wire", "component", "store", "alerts", "api"],
  threads: ["base", "component", "config", "pipeline", "store", "query", "api"],
  cli: ["base", "model", "wire", "component", "config", "pipeline", "store", "query", "alerts", "api", "threads"],
  "components.ts": ["component", "receivers", "processors", "connectors", "exporters", "extensions"],
  "main.ts": ["cli", "components.ts", "config"],
  "goldspan.ts": ["main.ts"],
};

/** Component folders don't know their siblings. */
const SIBLINGS = ["receivers", "processors", "connectors", "exporters", "extensions"];

const UI: Readonly<Record<string, readonly string[]>> = {
  base: [],
  api: ["base"],
  state: ["base"],
  widgets: ["base"],
  model: ["base"],
  controllers: ["base", "api", "state"],
  components: ["base", "model", "widgets"],
  pages: ["base", "model", "widgets", "api", "state", "controllers", "components"],
  shell: ["base", "model", "widgets", "api", "state", "controllers", "components", "pages"],
  styles: [],
  "main.ts": ["base", "model", "widgets", "api", "state", "controllers", "components", "pages", "shell", "styles"],
};

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "node_modules" || name === "dist" ? [] : sources(path);
    return /(?<!\.test|\.d)\.ts$/.test(name) ? [path] : [];
  });
}

/** Every specifier of a file: static, dynamic, side effect, and `export … from`. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/^\s*(\/\*[\s\S]*?\*\/|\/\/.*)$/gm, "");
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g)].map(([, specifier]) => specifier);
}

function ruleOf(rules: Readonly<Record<string, readonly string[]>>, path: string): string | undefined {
  return Object.keys(rules)
    .filter((key) => path === key || path.startsWith(`${key}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function breaches(
  root: string,
  rules: Readonly<Record<string, readonly string[]>>,
  siblings: readonly string[] = [],
): string[] {
  return sources(root).flatMap((file) => {
    const from = relative(root, file).split(sep).join("/");
    const own = ruleOf(rules, from);
    if (own === undefined) return [`${from} lies in no folder of the table`];
    return importsOf(file).flatMap((specifier) => {
      if (!specifier.startsWith(".")) return [];
      const to = relative(root, resolve(dirname(file), specifier))
        .split(sep)
        .join("/");
      if (to.startsWith(".."))
        return to.startsWith("../package.json") ? [] : [`${from} imports ${specifier} from outside`];
      const target = ruleOf(rules, to);
      const sameFolder = siblings.includes(own.split("/")[0])
        ? from.split("/").slice(0, 2).join("/") === to.split("/").slice(0, 2).join("/")
        : target === own;
      if (sameFolder) return [];
      const allowed = rules[own].some((each) => to === each || to.startsWith(`${each}/`));
      return allowed ? [] : [`${from} imports ${to}`];
    });
  });
}

describe("imports follow the table", () => {
  it("in the collector", () => {
    expect(breaches(join(ROOT, "collector/src"), COLLECTOR, SIBLINGS)).toEqual([]);
  });

  it("in the UI", () => {
    expect(breaches(join(ROOT, "ui/src"), UI)).toEqual([]);
  });

  it("across workspaces: only the API's contract, and the agent in the demo", () => {
    const foreign = ["ui/src", "agents", "demo-services/src"].flatMap((folder) =>
      sources(join(ROOT, folder)).flatMap((file) =>
        importsOf(file)
          .filter(
            (specifier) =>
              /^goldspan(\/|$)|^@goldspan\//.test(specifier) ||
              (specifier.startsWith(".") && resolve(dirname(file), specifier).startsWith(join(ROOT, "collector"))),
          )
          .map((specifier) => `${relative(ROOT, file)} imports ${specifier}`),
      ),
    );
    const bad = foreign.filter(
      (line) =>
        !line.endsWith(" imports goldspan/contract") && !/^demo-services\/.* imports @goldspan\/agent-node$/.test(line),
    );
    expect(bad).toEqual([]);
  });

  it("of the contract from the UI: types only", () => {
    const values = sources(join(ROOT, "ui/src")).filter((file) =>
      /import\s+(?!type\b)[^;]*from\s+["']goldspan\/contract["']/.test(readFileSync(file, "utf8")),
    );
    expect(values).toEqual([]);
  });

  it("and the test sees a wrong import when there is one", () => {
    const rules = { ...COLLECTOR, wire: [] };
    expect(
      breaches(join(ROOT, "collector/src"), rules, SIBLINGS).some((line) =>
        line.startsWith("wire/otlp/scan-traces.ts imports base/"),
      ),
    ).toBe(true);
  });
});
