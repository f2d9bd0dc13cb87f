/**
 * Starts that cannot succeed, of the real program: one clear line on stderr, exit code 1, nothing on stdout, and nothing half-started: no
 * listener is left, and no file is made by a start whose configuration, machine or store is wrong.
 */
import Database from "better-sqlite3";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeSegmentHeader, FORMAT_VERSION } from "../../src/store/sqlite/journal/journal-record.ts";
import { PARTITION_FORMAT } from "../../src/store/sqlite/partition/schema.ts";
import { failedStart, startCollector, testConfig, type StartOptions } from "../kit/collector-process.ts";
import { freePort } from "../kit/free-port.ts";
import { tempDirectory } from "../kit/stores.ts";

const temp = tempDirectory();
const mounted = join(temp.path, "tiny");
mkdirSync(mounted);
const IS_ROOT = process.platform === "linux" && process.getuid?.() === 0;
const isMounted = IS_ROOT && spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync("umount", ["-l", mounted]);
  temp.remove();
});

let next = 0;
const fresh = () => join(temp.path, `data-${++next}`);

/** What it says, which is one line. */
async function check(options: StartOptions, expected: RegExp): Promise<void> {
  const { code, stdout, stderr } = await failedStart(options);
  const said = stderr.split("\n").filter((line) => line !== "" && !line.startsWith('{"ts"'));
  expect([code, stdout, said]).toEqual([1, "", [expect.stringMatching(expected)]]);
}

describe("a configuration that is wrong", () => {
  /** All that is wrong is listed under a heading, in the order of lines. */
  const checkConfig = async (config: string, expected: RegExp) => {
    const directory = fresh();
    const { code, stdout, stderr } = await failedStart({ config: config.replaceAll("DIR", directory), directory });
    expect([code, stdout]).toEqual([1, ""]);
    const [heading, first] = stderr.split("\n");
    expect([heading, first]).toEqual(["cannot load the configuration:", expect.stringMatching(expected)]);
    expect(existsSync(directory)).toBe(false);
  };

  it("is told of by file and line, and no file is made", async () => {
    const good = testConfig("DIR");
    await checkConfig(good.replace("receivers:", "recievers:"), /otel-config\.yaml:2: .*did you mean "receivers"\?/);
    await checkConfig(good.replace("retention: 0", "retenton: 0"), /:5: .*unknown key "retenton".*"retention"/);
    await checkConfig(good.replace("retention: 0", "retention: soon"), /:5: .*expected a duration, got "soon"/);
    await checkConfig(`${good}  broken: [1, 2\n`, /otel-config\.yaml:\d+: is not valid YAML: /);
    await checkConfig(good.replace("exporters: [goldspan]", "exporters: [goldspam]"), /:\d+: .*goldspam.*goldspan/);
  });
});

describe("a port in use", () => {
  const server = createServer();
  let port: number;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => server.close());

  it("is named with its key, and what listened before it does no more", async () => {
    for (const [part, key] of [
      ["grpc", "receivers.otlp.protocols.grpc.endpoint"],
      ["web", "extensions.web.endpoint"],
      ["health_check", "extensions.health_check.endpoint"],
    ]) {
      const web = await freePort();
      const config = testConfig(fresh())
        .replace('web: { endpoint: "localhost:0" }', `web: { endpoint: "localhost:${web}" }`)
        .replace(
          new RegExp(`${part}: \\{ endpoint: "localhost:\\d+" \\}`),
          `${part}: { endpoint: "localhost:${port}" }`,
        );
      const fix = `stop what listens there, or set another in ${key.replaceAll(".", "\\.")}`;
      await check({ config }, new RegExp(`cannot listen on localhost:${port}: the port is in use; ${fix}`));
      await expect(fetch(`http://127.0.0.1:${web}/healthz`)).rejects.toThrow();
    }
  });
});

describe("a data directory that cannot be used", () => {
  it("is another process's", async () => {
    const first = await startCollector();
    const before = filesIn(first.directory);
    await check(
      { directory: first.directory },
      new RegExp(
        `cannot use the data directory .*: another collector \\(process ${first.process.pid}\\) uses it; stop that one, or name another directory in extensions\\.storage\\.directory`,
      ),
    );
    expect(filesIn(first.directory)).toEqual(before);
    expect((await fetch(`${first.web}/readyz`)).status).toBe(200);
    await first.end();
    first.remove();
  });

  it("is not writable", async () => {
    const blocked = fresh();
    writeFileSync(blocked, "a file where a directory must be");
    await check({ directory: blocked }, /cannot write to the data directory .*extensions\.storage\.directory/);
    if (process.platform === "linux")
      await check(
        { directory: "/proc/goldspan" },
        /cannot write to the data directory \/proc\/goldspan: .*; make it writable for this user, or name another/,
      );
  });

  it("is of a newer version: nothing in it is touched", async () => {
    const directory = fresh();
    const first = await startCollector({ directory });
    await fetch(`${first.web}/api/v1/test-trace`, { method: "POST" });
    expect(await first.end()).toBe(0);
    first.remove();
    const [name] = readdirSync(join(directory, "partitions"));
    const db = new Database(join(directory, "partitions", name));
    db.prepare("UPDATE meta SET value = ? WHERE key = 'format'").run(PARTITION_FORMAT + 1);
    db.close();
    const before = filesIn(directory);
    await check(
      { directory },
      new RegExp(
        `partitions/${name} is of format ${PARTITION_FORMAT + 1}, and this version of Goldspan knows formats up to ${PARTITION_FORMAT}; run the newer version that wrote it, or restore a backup`,
      ),
    );
    expect(filesIn(directory)).toEqual(before);
    const again = new Database(join(directory, "partitions", name));
    again.prepare("UPDATE meta SET value = ? WHERE key = 'format'").run(PARTITION_FORMAT);
    again.close();
    const second = await startCollector({ directory });
    const { hasData } = (await (await fetch(`${second.web}/api/v1/info`)).json()) as { hasData: boolean };
    expect(hasData).toBe(true);
    await second.end();
    second.remove();
  });

  it("holds a journal of a newer version: nothing in any of its files is touched", async () => {
    const directory = fresh();
    const first = await startCollector({ directory });
    await fetch(`${first.web}/api/v1/test-trace`, { method: "POST" });
    expect(await first.end()).toBe(0);
    first.remove();
    expect(filesIn(directory).filter((name) => name.includes(".journal"))).toEqual([]);
    // Of the last journal that is replayed, beside one of another that would be set aside.
    const header = (format: number) => {
      const bytes = encodeSegmentHeader("metrics");
      bytes.writeUInt32LE(format, 4);
      return Buffer.concat([bytes, Buffer.from("what this version cannot read")]);
    };
    writeFileSync(join(directory, "journal/traces/0000000000000008.journal"), "no segment at all, set aside otherwise");
    const segment = join(directory, "journal/metrics/0000000000000009.journal");
    writeFileSync(segment, header(FORMAT_VERSION + 1));
    const before = filesIn(directory);
    await check(
      { directory },
      new RegExp(
        `journal/metrics/0000000000000009\\.journal is of format ${FORMAT_VERSION + 1}, and this version of Goldspan knows formats up to ${FORMAT_VERSION}; run the newer version that wrote it, or restore a backup`,
      ),
    );
    expect(filesIn(directory)).toEqual(before);
  });

  it.skipIf(!isMounted)("has too little room (skipped where a tmpfs cannot be mounted)", async () => {
    await check(
      { directory: join(mounted, "data") },
      /cannot use the data directory .*: the disk is full \(\d+ KiB are free, 4096 are needed to start\); make room, or name another/,
    );
    expect(readdirSync(mounted)).toEqual([]);
  });
});

it("native code for another processor is named, and no file is made", async () => {
  const hook = join(temp.path, "other-processor.mjs");
  writeFileSync(
    hook,
    `const { dlopen } = process;
process.dlopen = (module, path, ...rest) => {
  if (/better.sqlite3/.test(path)) throw Object.assign(new Error(path + ": wrong ELF class"), { code: "ERR_DLOPEN_FAILED" });
  return dlopen.call(process, module, path, ...rest);
};`,
  );
  const directory = fresh();
  await check(
    { directory, env: { NODE_OPTIONS: `--import ${hook}` } },
    new RegExp(
      `cannot load SQLite for ${process.platform} ${process.arch} .*wrong ELF class; .*install it again on this one`,
    ),
  );
  expect(existsSync(directory)).toBe(false);
});

/** Names and sizes; what SQLite keeps for readers while a process has the file open is no content. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => !/-(?:shm|wal)$|^lock/.test(name) && statSync(join(directory, name)).isFile())
    .map((name) => `${name} ${readFileSync(join(directory, name)).length}`)
    .sort();
}
