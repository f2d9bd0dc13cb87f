import { describe, expect, it } from "vitest";
import { describeLogs } from "../../../test/kit/describe-logs.ts";
import { LogRequestWriter } from "../logs/request-writer.ts";
import { parseSyslog, type SyslogProtocol } from "./parse-syslog.ts";
import { addSyslogRecord } from "./syslog-record.ts";
import { wallClockOf, type WallClock } from "./wall-clock.ts";

const NOW = BigInt(Date.parse("2026-03-01T12:00:00Z")) * 1_000_000n;
const nanos = (iso: string, more = 0n) => BigInt(Date.parse(iso)) * 1_000_000n + more;

function parse(text: string | Uint8Array, protocol: SyslogProtocol = "auto", place = "UTC") {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const clock = wallClockOf(place) as WallClock;
  const message = parseSyslog(bytes, 0, bytes.length, { protocol, clock, now: NOW });
  return { ...message, text: Buffer.from(message.text).toString() };
}

describe("a message of RFC 5424", () => {
  it("has all its parts", () => {
    const line =
      '<165>1 2003-10-11T22:14:15.003123456Z mymachine.example.com evntslog 8710 ID47 [exampleSDID@32473 iut="3" eventSource="App\\"li\\]c\\\\a" eventID="10\\11"][examplePriority@32473 class="high"] \ufeffAn application event log entry …';
    expect(parse(line)).toEqual({
      facility: 20,
      severity: 5,
      time: nanos("2003-10-11T22:14:15.003Z", 123_456n),
      hostname: "mymachine.example.com",
      appName: "evntslog",
      procId: "8710",
      msgId: "ID47",
      structuredData: [
        ["exampleSDID@32473.iut", "3"],
        ["exampleSDID@32473.eventSource", 'App"li]c\\a'],
        ["exampleSDID@32473.eventID", "10\\11"],
        ["examplePriority@32473.class", "high"],
      ],
      text: "An application event log entry …",
    });
  });

  it("may leave them out", () => {
    const nothing = { time: undefined, hostname: "", appName: "", procId: "", msgId: "", structuredData: [] };
    expect(parse("<0>1 - - - - - -")).toEqual({ facility: 0, severity: 0, ...nothing, text: "" });
    expect(parse("<34>1 - - - - - - x")).toEqual({ facility: 4, severity: 2, ...nothing, text: "x" });
    expect(parse("<34>1 - - - - - [a]").structuredData).toEqual([]);
    expect(parse("<34>1 nonsense h a - - - x")).toMatchObject({ time: undefined, hostname: "h", text: "x" });
    expect(parse("<34>1 - h a - - -  two blanks").text).toBe(" two blanks");
  });

  it("that is broken is a text", () => {
    for (const line of [
      "1 - - - -",
      '1 - h a - - [a b="c" x',
      "1 - h a - - [a b=c] x",
      "1 - h a - - [] x",
      "1 - h a - - -x",
      "2 - h a - - - x",
    ])
      for (const protocol of ["auto", "rfc5424"] as const)
        expect(parse(`<34>${line}`, protocol)).toMatchObject({ facility: 4, severity: 2, appName: "", text: line });
  });
});

describe("a message of RFC 3164", () => {
  const check = (line: string, expected: object, place?: string) =>
    expect(parse(line, "auto", place)).toMatchObject({ structuredData: [], msgId: "", ...expected });

  it("has all its parts", () => {
    check("<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed for lonvick on /dev/pts/8", {
      facility: 4,
      severity: 2,
      time: nanos("2025-10-11T22:14:15Z"),
      hostname: "mymachine",
      appName: "su",
      procId: "77",
      text: "'su root' failed for lonvick on /dev/pts/8",
    });
    check("<13>Feb  5 17:32:18 10.0.0.99 postfix/smtpd: x: y", {
      hostname: "10.0.0.99",
      appName: "postfix/smtpd",
      text: "x: y",
    });
    check("<13>Feb  5 17:32:18 fe80::1 app: x", { hostname: "fe80::1", appName: "app", text: "x" });
  });

  it("may be written by many hands", () => {
    const time = nanos("2026-02-05T17:32:18Z");
    check("<13>Feb 05 17:32:18 su: no host", { time, hostname: "", appName: "su", text: "no host" });
    check("<13>Feb  5 17:32:18 host no tag here", { time, hostname: "host", appName: "", text: "no tag here" });
    check("<13>Feb 5 2026 17:32:18: %ASA-6-302013: Built", {
      time,
      hostname: "",
      appName: "%ASA-6-302013",
      text: "Built",
    });
    check("<13>*Feb  5 17:32:18.123456 UTC: x", { time: time + 123_456_000n });
    check("<13>2026-02-05T18:32:18+01:00 host app[1]: x", {
      time,
      hostname: "host",
      appName: "app",
      procId: "1",
      text: "x",
    });
    check("<13>2026-02-05T17:32:18.5Z host app: x", { time: time + 500_000_000n });
    check("<13>app[9]: x", { time: undefined, hostname: "", appName: "app", procId: "9", text: "x" });
    check("<13>just: words", { time: undefined, hostname: "", appName: "", text: "just: words" });
    check("just words", { facility: 1, severity: 5, time: undefined, text: "just words" });
    check("<192>x", { facility: 1, severity: 5, text: "<192>x" });
    check("<13", { text: "<13" });
    check("", { text: "" });
  });

  it("has the year that is nearest, and the clock of its place", () => {
    check("<13>Dec 31 23:59:59 h a: x", { time: nanos("2025-12-31T23:59:59Z") });
    check("<13>Feb  5 17:32:18 h a: x", { time: nanos("2026-02-05T16:32:18Z") }, "Europe/Berlin");
    check("<13>2026-02-05T17:32:18 h a: x", { time: nanos("2026-02-05T16:32:18Z") }, "Europe/Berlin");
    check("<13>Feb 30 17:32:18 h a: x", { time: undefined, hostname: "h", appName: "a", text: "x" });
  });

  it("is what it was told to be", () => {
    expect(parse("<13>1 - h a - - - x", "rfc3164")).toMatchObject({ appName: "", text: "1 - h a - - - x" });
    expect(parse("<13>Feb  5 17:32:18 h a: x", "rfc5424")).toMatchObject({ text: "Feb  5 17:32:18 h a: x" });
  });

  it("keeps every byte of its text", () => {
    const bytes = Buffer.concat([Buffer.from("<13>Feb  5 17:32:18 hö äpp: "), Buffer.from([0xff, 0, 0x1b, 0xc3])]);
    const message = parseSyslog(bytes, 0, bytes.length, {
      protocol: "auto",
      clock: wallClockOf("UTC") as WallClock,
      now: NOW,
    });
    expect([message.hostname, message.appName, [...message.text]]).toEqual(["hö", "äpp", [0xff, 0, 0x1b, 0xc3]]);
  });
});

describe("the record of a message", () => {
  function record(line: string, arrival = {}) {
    const bytes = Buffer.from(line);
    const writer = new LogRequestWriter();
    const message = parseSyslog(bytes, 0, bytes.length, {
      protocol: "auto",
      clock: wallClockOf("UTC") as WallClock,
      now: NOW,
    });
    addSyslogRecord(writer, message, { now: NOW, address: "192.0.2.1", truncated: false, ...arrival });
    return describeLogs(writer.finish())[0];
  }

  it("has OpenTelemetry's names", () => {
    expect(
      record(
        '<165>1 2026-02-05T17:32:18Z h app 8710 ID47 [a@1 x="1" x="2" y=""][otel trace_id="0af7651916cd43dd8448eb211c80319c" span_id="no"] text',
      ),
    ).toEqual({
      time: String(nanos("2026-02-05T17:32:18Z")),
      observedTime: String(NOW),
      severityNumber: 10,
      severityText: "notice",
      body: "text",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "",
      resource: { "service.name": "app", "host.name": "h" },
      attributes: {
        "syslog.facility": "local4",
        "syslog.procid": "8710",
        "syslog.msgid": "ID47",
        "syslog.structured_data.a@1.x": ["1", "2"],
        "syslog.structured_data.a@1.y": "",
        "syslog.structured_data.otel.span_id": "no",
      },
    });
  });

  it("has the sender's address where it tells no name, and says when it was cut", () => {
    expect(record("hello", { truncated: true })).toMatchObject({
      time: "0",
      resource: { "host.name": "192.0.2.1" },
      attributes: { "syslog.facility": "user", "syslog.truncated": true },
    });
  });

  it("has OpenTelemetry's severities", () => {
    const numbers = Array.from({ length: 8 }, (_, severity) => record(`<${severity}>x`).severityNumber);
    expect(numbers).toEqual([21, 19, 18, 17, 13, 10, 9, 5]);
  });
});
