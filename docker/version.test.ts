/** One number: collector/package.json has it, and every other place that names the version has the same. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const versionOf = (path: string): string => (JSON.parse(read(path)) as { version: string }).version;
const VERSION = versionOf("collector/package.json");

test("packages that are shipped together, the image's label and the changelog have one version", () => {
  for (const manifest of ["package.json", ...globSync(["ui/package.json", "agents/*/package.json"], { cwd: ROOT })])
    expect(versionOf(manifest), manifest).toBe(VERSION);
  const dockerfile = read("docker/Dockerfile");
  expect(/^ARG VERSION=(.*)$/m.exec(dockerfile)?.[1]).toBe(VERSION);
  expect(dockerfile).toContain('org.opencontainers.image.version="${VERSION}"');
  expect(/^## (\S+)/m.exec(read("CHANGELOG.md"))?.[1]).toBe(VERSION);
  expect(read("README.md")).toContain(`goldspan-${VERSION}.tgz`);
});

test("it is a semantic version", () => {
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/);
});
