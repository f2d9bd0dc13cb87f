/** What doctor makes of what it finds, for machines that are not this one. */
import { cpSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, test } from "vitest";
import { tempDirectory } from "../../../test/kit/stores.ts";
import type { Listener } from "../../config/listeners.ts";
import { encodeSegmentHeader, FORMAT_VERSION } from "../../store/sqlite/journal/journal-record.ts";
import { checkStore, checkTimeZone, judgeClock, judgeNewest } from "./clock.ts";
import { judgeLatency, judgeSpace } from "./disk.ts";
import { judgeFileSystem, mountOf } from "./file-system.ts";
import type { Finding } from "./finding.ts";
import { judgeMemory, judgeOpenFiles, judgeProcessors } from "./limits.ts";
import { socketsAt } from "./port-holder.ts";
import { checkPorts } from "./ports.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** @param expected the state, and a part of what is said or advised */
function check(finding: Finding, expected: Finding["state"], part: string | RegExp): void {
  expect(`${finding.state}: ${finding.text}; ${finding.fix ?? ""}`).toMatch(part);
  expect([finding.state, finding.text]).toEqual([expected, finding.text]);
  expect(finding.fix === undefined).toBe(expected === "ok");
}

const MOUNTS = `
20 1 8:1 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/a
21 20 8:2 / /data rw,relatime shared:2 - ext4 /dev/sda2 rw
22 20 0:30 / /mnt/my\\040share rw - nfs4 server:/export rw,vers=4.2
23 20 0:31 / /tmp rw - tmpfs tmpfs rw
24 21 8:3 / /data/frozen ro,noatime - xfs /dev/sdb rw
25 21 0:32 / /data/clone rw - fuse.sshfs me@there: rw
`;

test("the file system is the one of the nearest mount above", () => {
  const judge = (path: string) => judgeFileSystem(mountOf(MOUNTS, path) as NonNullable<ReturnType<typeof mountOf>>);
  check(judge("/data"), "ok", "ext4 at /data");
  check(judge("/data/goldspan"), "ok", "ext4 at /data");
  check(judge("/database"), "warn", /overlay at \/ is the container's own layer.*mount a volume/);
  check(judge("/mnt/my share/x"), "warn", /nfs4 at \/mnt\/my share \(server:\/export\).*fsync are not reliable/);
  check(judge("/tmp/x"), "warn", /tmpfs at \/tmp is memory/);
  check(judge("/data/frozen/x"), "fail", /mounted read-only/);
  check(judge("/data/clone"), "warn", /fuse\.sshfs.*network/);
});

test("room is held against max_disk, names against none", () => {
  const judge = (freeBytes: number, used: number, maxDisk: number, freeInodes = 5000) =>
    judgeSpace({ freeBytes, inodes: freeInodes === 0 ? 0 : 10_000, freeInodes }, used, maxDisk);
  check(judge(20 * GIB, GIB, 10 * GIB)[0], "ok", "20.0 GiB free; the store holds 1.0 GiB of 10.0 GiB");
  check(judge(5 * GIB, 6 * GIB, 10 * GIB)[0], "ok", "5.0 GiB free");
  check(judge(5 * GIB, GIB, 10 * GIB)[0], "warn", /full before max_disk.*max_disk to 5GiB or less/);
  check(judge(5 * GIB, GIB, 0)[0], "warn", "set extensions.storage.max_disk");
  check(judge(100 * MIB, GIB, GIB)[0], "fail", "make room");
  check(judge(20 * GIB, 0, GIB, 10)[1], "fail", "10 files can be made");
  expect(judge(20 * GIB, 0, GIB, 0).length).toBe(1);
});

test("a synced write is quick, slow, or a sign of a broken disk", () => {
  check(judgeLatency([1, 1, 90]), "ok", "1.0 ms (90.0 at most)");
  check(judgeLatency([30, 30, 40]), "warn", "a faster disk");
  check(judgeLatency([300, 300]), "fail", "failing or overloaded");
});

test("a clock that was never set, jumps, or is behind the store is told of", () => {
  const now = Date.UTC(2026, 10, 26);
  check(judgeClock(now, 2), "ok", "2026-11-26T00:00:00.000Z, and it runs evenly");
  check(judgeClock(now, -400), "warn", /put back by 400 ms/);
  check(judgeClock(5000, 0), "fail", /1970-01-01.*never set/);
  check(judgeNewest(2, now - 5000, now), "ok", /2 partitions, the newest data came at/);
  check(judgeNewest(1, 0, now), "ok", /1 partition$|1 partition;/);
  check(judgeNewest(1, now + 3_600_000, now), "warn", /3600 s after what the clock says/);
});

test("a store of an older version has the format of that version", () => {
  const temp = tempDirectory();
  try {
    const data = join(temp.path, "data");
    cpSync(join(import.meta.dirname, "../../../testdata/format-1/data"), data, { recursive: true });
    const [store] = checkStore(data, Date.UTC(2026, 10, 26));
    check(store, "ok", /^ok: format 1 \(a start brings it to \d+\), 2 partitions, the newest data came at/);
    check(judgeNewest(1, 0, 0), "ok", /^ok: format \d+, 1 partition/);
  } finally {
    temp.remove();
  }
});

test("a journal of a newer version is told of before a start refuses it", () => {
  const temp = tempDirectory();
  try {
    const data = join(temp.path, "data");
    cpSync(join(import.meta.dirname, "../../../testdata/format-1/data"), data, { recursive: true });
    const header = encodeSegmentHeader("logs");
    header.writeUInt32LE(FORMAT_VERSION + 1, 4);
    writeFileSync(join(data, "journal/logs/0000000000000099.journal"), header);
    const [store] = checkStore(data, Date.UTC(2026, 10, 26));
    check(
      store,
      "fail",
      /0099\.journal is of format \d+, and this version knows formats up to \d+; run the newer version/,
    );
  } finally {
    temp.remove();
  }
});

test("a time zone is one", () => {
  check(checkTimeZone(undefined), "ok", /\(UTC[+-]\d\d:\d\d\)/);
  check(checkTimeZone(":Europe/Berlin"), "ok", /UTC/);
  check(checkTimeZone("Mars/Olympus"), "warn", "TZ=Mars/Olympus is no time zone");
});

test("limits are held against what is needed", () => {
  check(judgeMemory(8 * GIB, false, 128 * MIB), "ok", "8.0 GiB in this machine");
  check(judgeMemory(256 * MIB, true, 128 * MIB), "warn", "may be killed at full load");
  check(judgeMemory(160 * MIB, true, 128 * MIB), "fail", "allow 292 MiB");
  const limits = (soft: string) =>
    judgeOpenFiles(`Limit Soft Hard\nMax open files            ${soft}     4096    files\n`);
  check(limits("unlimited")[0], "ok", "no limit");
  check(limits("2048")[0], "warn", "ulimit -n");
  check(limits("256")[0], "fail", "256 at a time");
  expect(judgeOpenFiles("")).toEqual([]);
  check(judgeProcessors(4, undefined), "ok", "4 processors");
  check(judgeProcessors(4, "max 100000"), "ok", "4 processors");
  check(judgeProcessors(4, "150000 100000"), "warn", "1.5 processors");
  check(judgeProcessors(4, "50000 100000"), "warn", "at least one whole processor");
});

test("sockets are found in /proc's tables", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:10DE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0 100 0 0 10 0
   1: 0100007F:10DE 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 778 1 0 100 0 0 10 0`;
  expect(socketsAt(table, 4318, "tcp")).toEqual(["777"]);
  expect(socketsAt(table, 4318, "udp")).toEqual(["777", "778"]);
  expect(socketsAt(table, 80, "tcp")).toEqual([]);
});

it("says who has a port: another program, Goldspan, or another key", async () => {
  let isGoldspan = false;
  const server = createServer((request, response) => {
    if (!isGoldspan) response.writeHead(404).end("who?");
    else response.end(request.url === "/readyz" ? "ready\n" : '{"name":"goldspan","version":"9.9.9"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const web: Listener = {
    section: "extensions",
    type: "web",
    id: "web",
    name: "",
    key: "extensions.web.endpoint",
    endpoint: `localhost:${port}`,
    transport: "tcp",
    tls: false,
    wantsCertificate: false,
    authenticator: "",
  };
  const finding = async (listener: Listener) => (await checkPorts([listener]))[0];
  const taken = await finding(web);
  check(taken, "fail", "stop it, or set another in extensions.web.endpoint");
  if (process.platform === "linux") expect(taken.text).toContain(`is in use by process ${process.pid} (`);
  isGoldspan = true;
  check(await finding(web), "ok", new RegExp(`localhost:${port}: Goldspan 9\\.9\\.9 runs there, ready`));
  if (process.platform === "linux") {
    check((await checkPorts([web], process.pid))[0], "ok", "runs there, ready");
    check((await checkPorts([web], null))[0], "fail", /its data lies in another directory.*set another in/);
  }
  server.close();
  server.closeAllConnections();
  check(await finding({ ...web, endpoint: "localhost:0" }), "ok", "any free one");
  const [, second] = await checkPorts([
    { ...web, endpoint: "localhost:0" },
    { ...web, endpoint: "203.0.113.7:4318" },
  ]);
  check(second, "fail", "this machine has no such address");
  const twice = await checkPorts([
    { ...web, endpoint: `:${port}` },
    { ...web, key: "b", endpoint: `localhost:${port}` },
  ]);
  check(twice[1], "fail", "is the port of extensions.web.endpoint, too");
  const apart = await checkPorts([
    { ...web, endpoint: `127.0.0.1:${port}` },
    { ...web, key: "b", endpoint: `127.0.0.2:${port}` },
    { ...web, key: "c", endpoint: `localhost:${port}` },
  ]);
  expect(apart[1].text).not.toContain("is the port of");
  check(apart[2], "fail", "is the port of extensions.web.endpoint, too");
});
