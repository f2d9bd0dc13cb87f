import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findAppPackage } from "./app-package.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "app-package-"));
  mkdirSync(join(folder, "app/dist/esm"), { recursive: true });
  writeFileSync(join(folder, "app/package.json"), `{"name":"checkout","version":"1.2.3"}`);
  writeFileSync(join(folder, "app/dist/esm/package.json"), `{"type":"module"}`);
  writeFileSync(join(folder, "app/dist/esm/main.js"), "");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the nearest package.json with a name counts, from the script upwards", () => {
  const checkout = { name: "checkout", version: "1.2.3" };
  expect(findAppPackage(join(folder, "app/dist/esm/main.js"), "/")).toEqual(checkout);
  expect(findAppPackage(join(folder, "app/dist/esm/main"), "/")).toEqual(checkout);
  symlinkSync(join(folder, "app/dist/esm/main.js"), join(folder, "run"));
  expect(findAppPackage(join(folder, "run"), "/")).toEqual(checkout);
});

test("without a script the working directory counts, and broken files are passed by", () => {
  writeFileSync(join(folder, "app/dist/package.json"), "{");
  expect(findAppPackage(undefined, join(folder, "app/dist"))).toEqual({ name: "checkout", version: "1.2.3" });
  writeFileSync(join(folder, "app/package.json"), `{"name":""}`);
  expect(findAppPackage(undefined, join(folder, "app"))).not.toHaveProperty("version", "1.2.3");
});
