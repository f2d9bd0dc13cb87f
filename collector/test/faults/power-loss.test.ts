/**
 * The power goes at random moments: the journal and SQLite's write-ahead logs are as far as they were synced (and torn bits of what was not);
 * and, from outside, all files of a process that is stopped at any instruction.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { setFaultHook } from "../../src/store/sqlite/fault-points.ts";
import { checkWorkload, runWorkload, workloadOptions } from "../kit/fault-workload.ts";
import { LossyFiles } from "../kit/lossy-files.ts";
import { Random } from "../kit/random.ts";
import { spawnFaultChild } from "../kit/spawn-fault-child.ts";
import { openSqlite, tempDirectory } from "../kit/stores.ts";

const REQUESTS = 150;
/** Where sectors of an unsynced group are lost and later ones are there, nobody can tell it from damage: it is told, and what is readable kept. */
const TORN = "cannot read all of a journal segment: it was set aside and the rest is served";
const IMAGES = 24;

let temp: ReturnType<typeof tempDirectory>;
beforeEach(() => {
  temp = tempDirectory();
});
afterEach(() => {
  setFaultHook(undefined);
  temp.remove();
});

interface Image {
  readonly path: string;
  readonly acknowledged: ReadonlySet<number>;
  readonly when: string;
}

async function check({ path, acknowledged, when }: Image): Promise<void> {
  const store = openSqlite(
    path,
    workloadOptions(() => Math.max(0, ...acknowledged)),
  );
  await checkWorkload(store.reader, acknowledged, REQUESTS, when);
  expect(
    store.log.lines.filter(({ level, message }) => level === "error" && message !== TORN),
    when,
  ).toEqual([]);
  await store.close();
  rmSync(path, { recursive: true });
}

it.each([1, 2, 5, 6])("everything acknowledged is there after a power loss (%d)", { timeout: 60_000 }, async (seed) => {
  const random = new Random(seed);
  const data = join(temp.path, "data");
  const files = new LossyFiles();
  const acknowledged = new Set<number>();
  const images: Image[] = [];
  setFaultHook((point) => {
    if (images.length === IMAGES || !random.chance(point.startsWith("journal.") ? 0.05 : 0.2)) return;
    const path = join(temp.path, `image-${images.length}`);
    for (const signal of ["traces", "logs", "metrics"])
      files.writeImage(join(data, "journal", signal), join(path, "journal", signal), random);
    // By another process: closing a file in this one would end SQLite's locks on it.
    expect(spawnSync("cp", ["-r", join(data, "partitions"), path]).status).toBe(0);
    // None of them is as large as it must be for its beginning to be used again.
    for (const name of readdirSync(join(path, "partitions")).filter((each) => each.endsWith("-wal")))
      files.writeImageOf(join(data, "partitions", name), join(path, "partitions", name), random);
    images.push({ path, acknowledged: new Set(acknowledged), when: `power loss at ${point}, ${path}` });
  });
  const clock = { step: 0 };
  const store = openSqlite(data, { ...workloadOptions(() => clock.step), journalFiles: files });
  await runWorkload(store.writer, 0, REQUESTS, clock, (n) => acknowledged.add(n));
  setFaultHook(undefined);
  await store.close();
  expect(images.length).toBeGreaterThan(IMAGES / 2);
  for (const image of images) await check(image);
});

it("a block that a process left unsynced is made durable by the next one before its journal goes", async () => {
  const random = new Random(3);
  const [data, crashed, image] = ["data", "crashed", "image"].map((name) => join(temp.path, name));
  const acknowledged = new Set<number>();
  const copy = (from: string, to: string) => {
    expect(spawnSync("cp", ["-r", from, to]).status).toBe(0);
    rmSync(join(to, "lock"), { force: true });
  };
  let known: ReadonlySet<number> | undefined;
  // The process ends between a commit and its sync.
  setFaultHook((point) => {
    if (point !== "seal.after-commit-before-drop" || acknowledged.size < 12 || known) return;
    copy(data, crashed);
    known = new Set(acknowledged);
  });
  const clock = { step: 0 };
  const first = openSqlite(
    data,
    workloadOptions(() => clock.step),
  );
  await runWorkload(first.writer, 0, 18, clock, (n) => acknowledged.add(n));
  setFaultHook(undefined);
  await first.close();
  if (!known) throw new Error("there was no seal");
  // Of the log only that is on the disk what the next process syncs, and the power goes right after its start.
  const files = new LossyFiles();
  const second = openSqlite(crashed, { ...workloadOptions(() => 12), journalFiles: files });
  copy(crashed, image);
  for (const name of readdirSync(join(image, "partitions")).filter((each) => each.endsWith("-wal")))
    files.writeImageOf(join(crashed, "partitions", name), join(image, "partitions", name), random);
  await second.close();
  await check({ path: image, acknowledged: known, when: "power loss after the start" });
});

it.skipIf(process.platform !== "linux")(
  "everything acknowledged is in the files of a process stopped at any instruction",
  { timeout: 60_000 },
  async () => {
    const data = join(temp.path, "data");
    const images: Image[] = [];
    const child = spawnFaultChild([data, 0, REQUESTS], ({ pid, acknowledged }) => {
      if (acknowledged.size < (images.length + 1) * 15) return;
      process.kill(pid, "SIGSTOP");
      for (let spins = 0; spins < 1e6 && !isStopped(pid); spins++);
      const path = join(temp.path, `image-${images.length}`);
      const known = new Set(acknowledged);
      cpSync(data, path, { recursive: true, filter: (from) => !/lock[^/]*$/.test(from) });
      process.kill(pid, "SIGCONT");
      images.push({ path, acknowledged: known, when: `stopped after ${known.size} requests` });
    });
    expect(await child.ended).toEqual({ how: 0, stderr: "" });
    expect(images.length).toBeGreaterThan(2);
    for (const image of images) await check(image);
  },
);

function isStopped(pid: number): boolean {
  return / T /.test(readFileSync(`/proc/${pid}/stat`, "latin1").replace(/\(.*\)/, ""));
}
