import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testSettings } from "../../../test/kit/settings.ts";
import { tempDirectory } from "../../../test/kit/stores.ts";
import { FileDiscovery, parseTargetFile } from "./file-discovery.ts";
import type { TargetGroup } from "./target.ts";

let folder: string;
let remove: () => void;
let discovery: FileDiscovery | undefined;
beforeEach(() => ({ path: folder, remove } = tempDirectory()));
afterEach(() => {
  discovery?.stop();
  remove();
});

function start(...files: string[]) {
  const settings = testSettings();
  let groups: readonly TargetGroup[] | undefined;
  const onChange = (found: readonly TargetGroup[]) => (groups = found);
  discovery = new FileDiscovery({ files, refreshMillis: 1000, logger: settings.logger, onChange });
  discovery.start();
  return { settings, targets: () => groups?.flatMap(({ targets }) => targets) };
}

describe("targets in files", () => {
  it("are read from JSON and YAML, and again when something changes", async () => {
    writeFileSync(join(folder, "a.json"), '[{"targets": ["a:1"], "labels": {"x": "1"}}]');
    const { targets } = start(join(folder, "*.json"), join(folder, "b.yml"));
    expect(targets()).toEqual(["a:1"]);
    writeFileSync(join(folder, "b.yml"), "- targets: [b:1, b:2]\n");
    await expect.poll(targets).toEqual(["a:1", "b:1", "b:2"]);
    writeFileSync(join(folder, "new"), '[{"targets": ["c:1"]}]');
    renameSync(join(folder, "new"), join(folder, "a.json"));
    await expect.poll(targets).toEqual(["c:1", "b:1", "b:2"]);
    rmSync(join(folder, "b.yml"));
    await expect.poll(targets).toEqual(["c:1"]);
  });

  it("that cannot be read leave those there were, said once", async () => {
    const file = join(folder, "a.json");
    writeFileSync(file, '[{"targets": ["a:1"]}]');
    const { targets, settings } = start(file);
    writeFileSync(file, "[{");
    await expect.poll(() => settings.lines.length).toBe(1);
    expect(settings.lines[0]).toMatchObject({
      level: "warn",
      msg: expect.stringMatching(/those it had stay/),
      path: file,
    });
    expect(targets()).toEqual(["a:1"]);
    writeFileSync(file, '[{"targets": ["a:2"]}]');
    await expect.poll(targets).toEqual(["a:2"]);
    expect(settings.lines).toHaveLength(1);
  });

  it("in a folder that comes later are found at the next refresh", async () => {
    const { targets } = start(join(folder, "later/a.json"));
    expect(targets()).toEqual([]);
    mkdirSync(join(folder, "later"));
    writeFileSync(join(folder, "later/a.json"), '[{"targets": ["a:1"]}]');
    await expect.poll(targets, { timeout: 5000 }).toEqual(["a:1"]);
  });

  it("are none where no file is named", () => {
    expect(start("").targets()).toBeUndefined();
  });
});

it("a file of targets says what is wrong with it", () => {
  const check = (text: string, message: RegExp) => expect(() => parseTargetFile(text, "a.yml")).toThrow(message);
  check("a: 1", /expected a list of groups/);
  check("- x", /group 1: expected targets and labels, got "x"/);
  check("- {targets: [a], label: {}}", /group 1: expected targets and labels, got label/);
  check("- {targets: a}", /group 1: expected targets to be a list/);
  check("- {targets: [a], labels: {x: 1}}", /group 1: expected labels to be a map of texts/);
  expect(parseTargetFile("", "a.yml")).toEqual([]);
  expect(parseTargetFile("- targets: [a]", "a.yml")).toEqual([
    { targets: ["a"], labels: { __meta_filepath: "a.yml" } },
  ]);
});
