import Database from "better-sqlite3";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testConfig } from "../../test/kit/collector-process.ts";
import { canonicalRecords, oracleDecode } from "../../test/kit/oracle.ts";
import { logsRequest, traceIdOf, tracesRequest } from "../../test/kit/simple-otlp.ts";
import { runCommand } from "../../test/kit/run-command.ts";
import { logsOf, openSqlite, spansOf, tempDirectory } from "../../test/kit/stores.ts";
import { factories } from "../components.ts";
import { decodeJson } from "../wire/otlp/json-to-protobuf.ts";
import { REQUESTS } from "../wire/otlp/schema.ts";
import { logSearch } from "../../test/kit/log-searches.ts";

const FORMAT_1 = join(import.meta.dirname, "../../testdata/format-1");

let temp: ReturnType<typeof tempDirectory>;
let data: string;
beforeEach(() => {
  temp = tempDirectory();
  data = join(temp.path, "data");
});
afterEach(() => temp.remove());

const command = (...argv: string[]) => runCommand(argv, { factories, config: testConfig(data) });

/** The fixture in today's format, its journal unsealed as a crash leaves it. */
async function upgraded(): Promise<void> {
  const source = join(temp.path, "upgrading");
  cpSync(join(FORMAT_1, "data"), source, { recursive: true });
  const store = openSqlite(source);
  cpSync(source, data, { recursive: true, filter: (from) => !/lock[^/]*$/.test(from) });
  await store.close();
}

/** Two blocks a signal, and one request of each in the journal: the files of a process that was killed. */
async function small(): Promise<void> {
  const source = join(temp.path, "writing");
  const store = openSqlite(source, { seal: { records: 2 } });
  for (let n = 1; n <= 5; n++) {
    await store.writer.append(
      spansOf(tracesRequest({ trace: n, id: n, service: "shop", name: "GET /", start: n * 1000 })),
    );
    await store.writer.append(
      logsOf(logsRequest({ body: `line ${n}`, time: n * 1000, service: n % 2 ? "shop" : "till", trace: n })),
    );
  }
  await expect.poll(() => store.writer.openRecords).toBe(2);
  cpSync(source, data, { recursive: true, filter: (from) => !/lock[^/]*$/.test(from) });
  await store.close();
}

const change = (sql: string, ...parameters: unknown[]) => {
  const db = new Database(join(data, "partitions/000001.db"));
  db.prepare(sql).run(...parameters);
  db.close();
};
const flip = (table: string, id: number) => {
  const db = new Database(join(data, "partitions/000001.db"));
  const bytes = db.prepare(`SELECT data FROM ${table} WHERE id = ?`).pluck().get(id) as Buffer;
  bytes[bytes.length - 1] ^= 1;
  db.prepare(`UPDATE ${table} SET data = ? WHERE id = ?`).run(bytes, id);
  db.close();
};

describe("inspect", () => {
  it("prints partitions, blocks, sections and segments in aligned columns", async () => {
    await small();
    const { code, stdout } = await command("inspect");
    expect(code).toBe(0);
    const table = (head: string) => {
      const lines = stdout.split("\n");
      const from = lines.findIndex((line) => line.startsWith(head));
      return lines.slice(from, lines.indexOf("", from));
    };
    expect(table("PARTITION").length).toBe(2);
    expect(table("BLOCK").map((line) => line.slice(0, 34).trimEnd())).toEqual(
      [
        "BLOCK  PARTITION   SIGNAL  RECORDS",
        "    1  000001.db   traces        2",
        "    2  000001.db   logs          2",
        "    3  000001.db   traces        2",
        "    4  000001.db   logs          2",
      ].map((line) => line.replace("000001.db ", "000001.db").replace("PARTITION ", "PARTITION")),
    );
    expect(table("SIGNAL").map((line) => line.split(/ {2,}/)[1])).toContain("dictionary");
    expect(table("SEGMENT").length).toBe(3);
  });

  it("prints one block, the journal and the indexes", async () => {
    await small();
    const block = await command("inspect", "--block", "3", data);
    expect(block.stdout).toMatch(
      /^block +3\n[\s\S]*records +2\n[\s\S]*traces +1 +none [\s\S]*chunk 0 columns +1 +(zstd|none) [\s\S]*right\n[\s\S]*shop +internal +GET \/ +2 +0/,
    );
    const journal = await command("inspect", "--journal");
    expect(journal.stdout).toMatch(
      /RECORD +OFFSET +ENCODING[\s\S]*\n +5 +\d+ +protobuf +none +\d+ B +1 +[0-9a-f]{32}\n/,
    );
    const index = await command("inspect", "--index");
    expect(index.stdout).toMatch(
      /RUN +SIGNAL +LEVEL[\s\S]*\n +1 +traces +0 +1 +1 +2 +1 [\s\S]*shop +internal +GET \/ +4/,
    );
    expect(await command("inspect", "--block", "99")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/cannot find block 99/),
    });
  });

  it("names what it cannot read, and shows no control characters of senders", async () => {
    await small();
    change("UPDATE operation SET name = ? WHERE kind >= 0", "evil \u001b[2J name");
    expect((await command("inspect", "--index")).stdout).toContain("evil \\u001b[2J name");
    writeFileSync(join(data, "partitions/000002.db"), "no database".repeat(1000));
    const { code, stdout } = await command("inspect");
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/cannot read partitions\/000002\.db: file is not a database/),
    ]);
  });
});

describe("verify", () => {
  it("finds nothing wrong with a store that is well, of an upgraded one neither", async () => {
    await small();
    expect(await command("verify")).toEqual({
      code: 0,
      stdout: "all is well: 1 partitions, 4 blocks, 8 records, 10 journaled requests\n",
      stderr: "partitions/000001.db\njournals\n",
    });
    data = join(temp.path, "old");
    await upgraded();
    expect((await command("verify", data)).stdout).toBe(
      "all is well: 2 partitions, 8 blocks, 480 records, 6 journaled requests\n",
    );
  });

  it.each([
    [
      "section 28",
      () => flip("section", 28),
      /^damaged: partitions\/000001\.db block 1 section traces: a section's checksum/,
    ],
    ["a chunk", () => flip("span_chunk", 65_536), /block 1 chunk 0: a section's checksum/],
    ["section 43", () => flip("section", 43), /block 2 section shapedBody: a section's checksum/],
    ["a signature", () => flip("signature_part", 3 * 256), /block 3 attributes signature: a section's checksum/],
    [
      "the words of a body",
      () => flip("signature_part", 4 * 256 + 128),
      /block 4 tokens signature: a section's checksum/,
    ],
    ["the trace index", () => flip("trace_page", 65_536), /trace index run 1 page 0: a section's checksum/],
    [
      "a lost section",
      () => change("DELETE FROM section WHERE id = 23"),
      /block 1 sections: block 1 has no section "names"/,
    ],
    [
      "a lost chunk",
      () => change("DELETE FROM span_chunk WHERE id = 65536"),
      /block 1 sections: block 1 has no chunk 0/,
    ],
    [
      "a wrong count",
      () => change("UPDATE block SET record_count = 3 WHERE id = 1"),
      /block 1 catalogue row: records: 3 instead of 2/,
    ],
    [
      "a wrong time",
      () => change("UPDATE block SET max_time_micros = 3 WHERE id = 2"),
      /block 2 catalogue row: max_time_micros: 3 instead/,
    ],
    [
      "an index row",
      () => change("DELETE FROM operation_block WHERE block_id = 1"),
      /block 1 operation index: 1 of 1 rows are missing/,
    ],
    ["an operation pack", () => flip("operation_pack", 1), /block 1 operation pack: a section's checksum/],
    ["a run", () => change("DELETE FROM trace_run WHERE id = 1"), /block 1 trace index: it lacks 2 of the 2 traces/],
    [
      "an entry count",
      () => change("UPDATE trace_run SET entry_count = 9 WHERE id = 1"),
      /trace index run 1: 2 entries instead of 9/,
    ],
  ])("names %s", async (_, damage, expected) => {
    await small();
    damage();
    const { code, stdout } = await command("verify");
    expect([code, stdout]).toEqual([1, expect.stringMatching(expected)]);
    expect(stdout.split("\n").filter((line) => line.startsWith("damaged")).length).toBe(1);
    expect(stdout).toMatch(/\n1 parts are damaged/);
  });

  it("names damaged journal records and SQLite pages", async () => {
    await small();
    const [segment] = readdirSync(join(data, "journal/traces"));
    const bytes = readFileSync(join(data, "journal/traces", segment));
    bytes[80] ^= 1;
    writeFileSync(join(data, "journal/traces", segment), bytes);
    const partition = join(data, "partitions/000001.db");
    const db = new Database(partition);
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const pages = readFileSync(partition);
    pages.fill(0x55, pages.length - 8192);
    writeFileSync(partition, pages);
    const { code, stdout } = await command("verify");
    expect(code).toBe(1);
    expect(stdout).toMatch(/damaged: journal\/traces\/0+1\.journal: bytes 16 to \d+ are not readable\n/);
    expect(stdout).toMatch(/damaged: partitions\/000001\.db/);
  });
});

describe("export", () => {
  const recordsOf = (signal: "traces" | "logs", lines: string) =>
    lines
      .trimEnd()
      .split("\n")
      .flatMap((line) => canonicalRecords(oracleDecode(signal, decodeJson(Buffer.from(line), REQUESTS[signal]))))
      .sort();

  it.each(["traces", "logs"] as const)("writes all %s as OTLP JSON lines, sealed or not", async (signal) => {
    await upgraded();
    const { code, stdout } = await command("export", `--${signal}`);
    expect(code).toBe(0);
    expect(recordsOf(signal, stdout)).toEqual(
      recordsOf(signal, readFileSync(join(FORMAT_1, `${signal}.jsonl`), "utf8")),
    );
    const file = join(temp.path, "out.jsonl");
    expect(await command("export", `--${signal}`, "--output", file)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(file, "utf8")).toBe(stdout);
    expect(await command("export", `--${signal}`, "--output", file)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^cannot write to .*out\.jsonl: EEXIST/),
    });
  });

  it("writes flat records with the same columns in every line", async () => {
    await upgraded();
    for (const signal of ["--traces", "--logs"]) {
      const { stdout } = await command("export", signal, "--format", "ndjson");
      const records = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
      expect(records.length).toBe(270);
      expect(new Set(records.map((record) => Object.keys(record).join())).size).toBe(1);
    }
  });

  it("flattens what a record is", async () => {
    await small();
    const { stdout } = await command(
      "export",
      "--logs",
      "--format",
      "ndjson",
      "--service",
      "till",
      "--from",
      "2026-01-01T00:00:03Z",
    );
    expect(JSON.parse(stdout)).toMatchObject({
      time_unix_nano: 1767225604000000000,
      severity_number: 9,
      service_name: "till",
      body: "line 4",
      trace_id: "00000000000000000000000000000004",
      span_id: null,
      attributes: "{}",
    });
    expect(stdout).toContain('"time_unix_nano":1767225604000000000,');
  });

  it("takes a range and a service", async () => {
    await small();
    const count = async (...args: string[]) => {
      const { stdout } = await command("export", "--format", "ndjson", ...args);
      return stdout.split("\n").length - 1;
    };
    expect(await count("--traces")).toBe(5);
    expect(await count("--traces", "--from", "1767225602000000000", "--to", "2026-01-01T00:00:04")).toBe(3);
    expect(await count("--traces", "--to", "2026-01-01")).toBe(0);
    expect(await count("--logs", "--service", "shop")).toBe(3);
    expect(await count("--logs", "--service", "nobody")).toBe(0);
  });

  it("leaves a damaged block out and says so", async () => {
    await small();
    flip("section", 28);
    const { code, stdout, stderr } = await command("export", "--traces", "--format", "ndjson");
    expect([code, stdout.split("\n").length - 1]).toEqual([1, 3]);
    expect(stderr).toMatch(/^cannot export partitions\/000001\.db block 1: a section's checksum/);
  });
});

describe("backup", () => {
  it("copies all of it, and the copy is a store", async () => {
    await small();
    writeFileSync(join(data, "web-token"), "a-secret-of-this-collector");
    const target = join(temp.path, "copy");
    mkdirSync(target);
    expect(await command("backup", data, target)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^copied 1 partitions and 2 journal segments, .* to .*copy\n$/),
    });
    expect(existsSync(join(target, "web-token"))).toBe(false);
    expect((await command("verify", target)).stdout).toBe(
      "all is well: 1 partitions, 4 blocks, 8 records, 10 journaled requests\n",
    );
    const store = openSqlite(target);
    expect((await store.reader.findLogs(logSearch(100))).reduce((sum, { count }) => sum + count, 0)).toBe(5);
    await store.close();
  });

  it("has the pinned traces, and verify looks at them", async () => {
    const store = openSqlite(data);
    await store.writer.append(spansOf(tracesRequest({ trace: 77, id: 1 })));
    await store.reader.pins.pin(traceIdOf(77), "evidence");
    await store.close();
    const target = join(temp.path, "copy");
    expect((await command("backup", data, target)).code).toBe(0);
    const copy = openSqlite(target);
    expect((await copy.reader.pins.list()).map(({ reason }) => reason)).toEqual(["evidence"]);
    await copy.close();
    const db = new Database(join(target, "pins.db"));
    db.prepare("UPDATE piece SET data = zeroblob(length(data))").run();
    db.close();
    expect(await command("verify", target)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/damaged: pins\.db trace 0+4d: /),
    });
  });

  it("refuses a target that is not empty, one inside the store, and the rest of an unfinished copy", async () => {
    await small();
    writeFileSync(join(temp.path, "file"), "");
    mkdirSync(join(temp.path, "other.partial"));
    const check = async (target: string, expected: RegExp) =>
      expect(await command("backup", data, target)).toMatchObject({ code: 1, stderr: expect.stringMatching(expected) });
    await check(temp.path, /^cannot back up to .*: it exists and is not empty; name a new directory\n/);
    await check(join(temp.path, "file"), /^cannot back up to .*file: it exists/);
    await check(join(data, "copy"), /^cannot back up .* into itself/);
    await check(
      join(temp.path, "other"),
      /^cannot back up to .*other: an unfinished copy is in the way; delete .*other\.partial/,
    );
  });
});

describe("the command line", () => {
  const check = async (line: string, code: number, expected: string) =>
    expect(await command(...line.split(" ")), line).toMatchObject({ code, stderr: expect.stringContaining(expected) });

  it("says what is wrong", async () => {
    await check(
      "inspect --blok 3",
      2,
      "cannot understand the option --blok of inspect; did you mean --block?\nTry goldspan inspect --help.\n",
    );
    await check("inspect --block x", 2, "cannot use --block x: write a block's number");
    await check("inspect --block", 2, "cannot use --block without a value");
    await check("verify a b", 2, 'cannot use "b" after verify [DIR]');
    await check("backup a", 2, "cannot run backup without DIR and TARGET");
    await check("export", 2, "cannot tell what to export: give --traces, --logs or --metrics");
    await check("export --traces --logs", 2, "cannot tell what to export: give --traces, --logs or --metrics");
    await check("export --traces --format csv", 2, "cannot export as csv: formats are otlp-json and ndjson");
    await check("export --traces --from yesterday", 2, "cannot understand --from yesterday: write 2026-01-31");
    await check("export --traces --from now --to 1h", 2, "the end comes before the start");
    await check("verify /nowhere", 1, "cannot find a store in /nowhere: it has no folder");
  });

  it("helps with each command", async () => {
    for (const name of ["inspect", "verify", "backup", "export"]) {
      const { code, stdout } = await command(name, "--help");
      expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: goldspan ${name}`)]);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(112);
      expect((await command("--help")).stdout).toContain(`  ${name} `);
    }
  });
});
