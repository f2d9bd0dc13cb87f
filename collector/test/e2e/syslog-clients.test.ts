/** Real senders of syslog: thousands of messages with odd characters arrive, also those sent while the collector was away. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startCollector, testConfig } from "../kit/collector-process.ts";
import { exportLogs } from "../kit/export-logs.ts";
import { freePort } from "../kit/free-port.ts";
import { tempDirectory } from "../kit/stores.ts";
import {
  hasRsyslog,
  hasSyslogNg,
  NO_RSYSLOG,
  NO_SYSLOG_NG,
  startRsyslog,
  startSyslogNg,
  type Destination,
  type SyslogClient,
} from "../kit/syslog-clients.ts";

if (!hasRsyslog) console.warn(NO_RSYSLOG);
if (!hasSyslogNg) console.warn(NO_SYSLOG_NG);

/** What confuses parsers: brackets, quotes, what looks like a header, a colon, other alphabets, escapes of terminals. */
const ODD = [
  'a "b" \\c',
  '[x y="z"]',
  "<34>1 - - -",
  "é ü ß",
  "日本語",
  "\u{1F600}",
  "12 <13>",
  "a: b[1]: c",
  "\u001b[31mred",
  "tab\there",
  "100%d %s",
  "'; --",
];
const MESSAGES = 2500;

const messagesOf = (part: string) => Array.from({ length: MESSAGES }, (_, i) => `${part} ${i} ${ODD[i % ODD.length]}`);

function configOf(directory: string, port: number): string {
  return testConfig(directory)
    .replace(
      "receivers: {",
      `receivers: { syslog: { tcp: { listen_address: "localhost:${port}" }, udp: { listen_address: "localhost:${port}" } },`,
    )
    .replace("logs: { receivers: [otlp]", "logs: { receivers: [otlp, syslog]");
}

async function check(startClient: (to: Destination) => SyslogClient): Promise<void> {
  const temp = tempDirectory();
  const directory = join(temp.path, "data");
  const port = await freePort();
  const config = configOf(directory, port);
  let collector = await startCollector({ config });
  const client = startClient({ port, transport: "tcp" });
  const send = (part: string) =>
    appendFileSync(
      client.file,
      messagesOf(part)
        .map((message) => `${message}\n`)
        .join(""),
    );
  const accepted = async () => {
    const metrics = await (await fetch(`${collector.web}/metrics`)).text();
    return Number(
      /otelcol_receiver_accepted_log_records\{receiver="syslog",transport="tcp"\} (\d+)/.exec(metrics)?.[1],
    );
  };
  try {
    send("before");
    await expect.poll(accepted, { timeout: 20_000 }).toBeGreaterThan(0);
    // Some of these are under way when it ends.
    send("during");
    await collector.end("SIGTERM");
    collector.remove();
    send("away");
    collector = await startCollector({ config });
    send("after");
    const wanted = ["before", "during", "away", "after"].flatMap(messagesOf);
    const missing = async () => {
      const there = new Set((await exportLogs(directory)).map(({ body }) => String(body).trim()));
      return wanted.filter((message) => !there.has(message.trim()));
    };
    await expect.poll(accepted, { timeout: 30_000, interval: 300 }).toBeGreaterThanOrEqual(MESSAGES);
    await expect.poll(missing, { timeout: 40_000, interval: 1000 }).toEqual([]);
    const records = await exportLogs(directory);
    // What was not acknowledged may come twice; all of it would be a fault.
    expect(records.length).toBeLessThan(wanted.length * 1.25);
    for (const record of records)
      expect(record).toMatchObject({ service_name: "shop", severity_number: 13, severity_text: "warning" });
    expect(new Set(records.map(({ attributes }) => JSON.parse(attributes)["syslog.facility"]))).toEqual(
      new Set(["local3"]),
    );
  } catch (error) {
    throw new Error(`${String(error)}; the client says: ${client.stderr()}`, { cause: error });
  } finally {
    await client.end();
    await collector.end();
    collector.remove();
    temp.remove();
  }
}

describe("a sender that keeps what it cannot send", () => {
  it.skipIf(!hasRsyslog)(
    "rsyslog, RFC 5424 by octet counting, loses nothing in a restart",
    () => check(startRsyslog),
    120_000,
  );

  it.skipIf(!hasSyslogNg)(
    "syslog-ng, RFC 3164 by lines, loses nothing in a restart",
    () => check(startSyslogNg),
    120_000,
  );
});

it.skipIf(!hasRsyslog)(
  "rsyslog's datagrams arrive",
  async () => {
    const temp = tempDirectory();
    const directory = join(temp.path, "data");
    const port = await freePort();
    const collector = await startCollector({ config: configOf(directory, port) });
    const client = startRsyslog({ port, transport: "udp" });
    try {
      appendFileSync(client.file, ODD.map((text, i) => `${i} ${text}\n`).join(""));
      const bodies = async () =>
        (await exportLogs(directory, "shop")).map(({ body }) => String(body).trim()).toSorted();
      await expect
        .poll(bodies, { timeout: 20_000, interval: 500 })
        .toEqual(ODD.map((text, i) => `${i} ${text}`).toSorted());
    } finally {
      await client.end();
      await collector.end();
      collector.remove();
      temp.remove();
    }
  },
  60_000,
);
