import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tempDirectory } from "../../../test/kit/stores.ts";
import { readStatic } from "./static-files.ts";

describe("the built UI", () => {
  const { path: root, remove } = tempDirectory();
  beforeAll(() => {
    mkdirSync(join(root, "assets"));
    writeFileSync(join(root, "index.html"), "page");
    writeFileSync(join(root, "favicon.svg"), "icon");
    writeFileSync(join(root, "assets/a-1234.js"), "script");
  });
  afterAll(() => remove());

  it("is its files, and its page for every view; elsewhere the page says that there is nothing", () => {
    const check = (path: string, status: number | undefined, text?: string) => {
      const file = readStatic(root, path);
      expect([file?.status, file?.bytes.toString()], path).toEqual([status, text]);
    };
    check("/favicon.svg", 200, "icon");
    check("/assets/a-1234.js", 200, "script");
    for (const path of ["/", "/services", "/traces", "/traces/", "/trace/0af7", "/traces/0af7", "/logs", "/storage"])
      check(path, 200, "page");
    for (const path of ["/nothing", "/v1/traces", "/nothing.js", "/metricsx", "/%zz", "/..%2f..%2fetc/passwd"])
      check(path, path === "/%zz" ? 200 : 404, "page");
    check("/assets/none.js", undefined);
  });

  it("has its page at every path the UI has a view for", () => {
    const routes = readFileSync(join(import.meta.dirname, "../../../../ui/src/shell/routes.ts"), "utf8");
    const paths = [...routes.matchAll(/pattern: \/\^\\\/([a-z]+)/g)].map(([, first]) => `/${first}`);
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) expect(readStatic(root, path)?.status, path).toBe(200);
  });
});
