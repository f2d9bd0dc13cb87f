import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { tuneGarbageCollection } from "./garbage-collection.ts";

it("sets flags that V8 knows", () => {
  const run = (flag: string) => {
    const code = `import { tuneGarbageCollection } from ${JSON.stringify(new URL("./garbage-collection.ts", import.meta.url).href)};
      import { setFlagsFromString } from "node:v8";
      tuneGarbageCollection(48, 2);
      setFlagsFromString("${flag}");`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      encoding: "utf8",
    });
    return { said: `${stdout}${stderr}`, status };
  };
  expect(run("--parallel-scavenge")).toEqual({ said: "", status: 0 });
  // V8 says so of one that it does not know.
  expect(run("--no-such-flag").said).toContain("no-such-flag");
});

it("leaves V8 its helpers where there are cores for them", () => {
  const flags = (cores: number) => {
    const set: string[] = [];
    tuneGarbageCollection(48, cores, (flag) => set.push(flag));
    return set;
  };
  expect(flags(2)).toContain("--no-parallel-scavenge");
  expect(flags(8)).not.toContain("--no-parallel-scavenge");
});
