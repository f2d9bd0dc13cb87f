import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { baseOf } from "./test/base-image.ts";

const ROOT = join(import.meta.dirname, "..");
const DOCKERFILE = join(import.meta.dirname, "Dockerfile");
const text = readFileSync(DOCKERFILE, "utf8");
const { version } = JSON.parse(readFileSync(join(ROOT, "collector/package.json"), "utf8")) as { version: string };

test("the image's version is the program's", () => {
  expect(/^ARG VERSION=(.*)$/m.exec(text)?.[1]).toBe(version);
  const manifest = readFileSync(join(import.meta.dirname, "kubernetes/goldspan.yaml"), "utf8");
  expect(manifest).toContain(`image: goldspan:${version}\n`);
});

test("every stage stands on one base, which the label names", () => {
  expect(text).toContain(`org.opencontainers.image.base.name="${baseOf(DOCKERFILE)}"`);
});

test("nothing runs in the last stage, so it is made for any processor on any other", () => {
  const stages = text.split(/^FROM /m);
  expect(stages.at(-1)).not.toMatch(/^RUN /m);
  expect(stages.at(-1)).toMatch(/^USER 10001:10001$/m);
});

test("the manifests of all workspaces are there when npm installs by the lockfile", () => {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { workspaces: string[] };
  const folders = globSync(workspaces, { cwd: ROOT }).filter((each) => existsSync(join(ROOT, each, "package.json")));
  expect(folders.length).toBeGreaterThan(3);
  for (const stage of text.split(/^FROM /m).filter((each) => each.includes("npm ci"))) {
    const copied = [...stage.matchAll(/^COPY (\S+)/gm)].map(([, path]) => path.replace(/(package\.json)?$/, ""));
    for (const folder of folders)
      expect(
        copied.some((path) => path !== "" && `${folder}/`.startsWith(path)),
        `${folder} in a stage`,
      ).toBe(true);
  }
});
