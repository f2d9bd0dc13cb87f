import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { describeLogs } from "../../../test/kit/describe-logs.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { PermanentError, RetryableError } from "../../component/errors.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { config } from "./config.ts";
import { SyslogReceiver } from "./syslog-receiver.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const TLS = join(import.meta.dirname, "../../../testdata/tls");
const TCP = "tcp: {listen_address: 'localhost:0'}";
const UDP = "udp: {listen_address: 'localhost:0', flush_interval: 5ms}";

async function start(yaml: string, settings = testSettings("receiver", "syslog")) {
  const next = createSinks();
  const kept: ReturnType<typeof describeLogs> = [];
  const keep = (batch: LogBatch) => void kept.push(...describeLogs(batch));
  next.logs.answer = keep;
  const receiver = new SyslogReceiver(settings, readConfig(config, `{${yaml}}`), next);
  await receiver.start();
  closing.push(() => receiver.shutdown(Date.now() + 2000));
  const { tcp, udp } = receiver.ports();
  /** @param allowHalfOpen it may go on writing when the receiver has ended */
  const connection = async (allowHalfOpen = false): Promise<Socket> => {
    const socket = connect({ port: tcp, host: "127.0.0.1", allowHalfOpen });
    closing.push(() => socket.destroy());
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  };
  const datagram = async (...messages: (string | Uint8Array)[]) => {
    const socket = createSocket("udp4");
    for (const message of messages)
      await new Promise((resolve) => socket.send(message, udp, "127.0.0.1", () => resolve(undefined)));
    socket.close();
  };
  return { next, keep, kept, receiver, settings, connection, datagram };
}

const bodies = (kept: readonly { body: unknown }[]) => kept.map(({ body }) => String(body));

describe("syslog over TCP", () => {
  it("is taken by both framings and both RFCs, on one connection", async () => {
    const { connection, kept, settings } = await start(TCP);
    const socket = await connection();
    socket.write("<34>Oct 11 22:14:15 h su[7]: one\n30 <34>1 - h app - ID - two\nlines");
    socket.write("<13>without a header of anything\r\n");
    await expect.poll(() => kept.length).toBe(3);
    expect(kept.map(({ body, resource }) => [body, resource["service.name"], resource["host.name"]])).toEqual([
      ["one", "su", "h"],
      ["two\nlines", "app", "h"],
      ["without a header of anything", undefined, "127.0.0.1"],
    ]);
    await expect
      .poll(() => settings.samples("accepted_log_records"))
      .toEqual(['otelcol_receiver_accepted_log_records{receiver="syslog",transport="tcp"} 3']);
  });

  it("has a line that does not end when the sender does", async () => {
    const { connection, kept } = await start(TCP);
    (await connection()).end("<13>last words");
    await expect.poll(() => bodies(kept)).toEqual(["last words"]);
  });

  it("waits while the pipeline cannot take it, and loses nothing", async () => {
    const { connection, next } = await start(TCP);
    const socket = await connection();
    let refused = 0;
    let kept = 0;
    next.logs.answer = () => {
      refused++;
      return new RetryableError("full", 5, true);
    };
    const line = `<13>${"x".repeat(1000)}\n`;
    const lines = 20_000;
    let written = 0;
    const fill = () => {
      while (written < lines && socket.write(line)) written++;
      if (written < lines) socket.once("drain", () => (written++, fill()));
      else socket.end();
    };
    fill();
    await expect.poll(() => refused).toBeGreaterThan(2);
    expect(written).toBeLessThan(lines);
    next.logs.answer = ({ count }) => void (kept += count);
    await expect.poll(() => kept, { timeout: 15_000 }).toBe(lines);
  }, 20_000);

  it("is lost and counted when the pipeline never takes it", async () => {
    const { connection, kept, keep, next, settings } = await start(TCP);
    const socket = await connection();
    const errors = [new PermanentError("no"), new Error("bug")];
    next.logs.answer = (batch) => errors.shift() ?? keep(batch);
    for (const text of ["<13>a\n", "<13>b\n", "<13>c\n"]) {
      socket.write(text);
      await expect.poll(() => next.logs.batches.length).toBe("abc".indexOf(text[4]) + 1);
    }
    await expect.poll(() => bodies(kept)).toEqual(["c"]);
    expect(await settings.samples("dropped_messages_total")).toEqual([
      'goldspan_syslog_dropped_messages_total{receiver="syslog",transport="tcp",reason="pending"} 0',
      'goldspan_syslog_dropped_messages_total{receiver="syslog",transport="tcp",reason="refused"} 1',
      'goldspan_syslog_dropped_messages_total{receiver="syslog",transport="tcp",reason="error"} 1',
    ]);
  });

  it("is read to its end when the collector stops", async () => {
    const { connection, kept, receiver } = await start(TCP);
    const socket = await connection(true);
    socket.write("<13>before\n");
    await expect.poll(() => kept.length).toBe(1);
    const stopping = receiver.shutdown(Date.now() + 2000);
    // The sender notices only when it looks, and has more under way until then.
    socket.write("<13>under way\n");
    await new Promise((resolve) => socket.once("end", resolve));
    socket.end("<13>last\n");
    await stopping;
    expect(bodies(kept)).toEqual(["before", "under way", "last"]);
  });

  it("is given up at the deadline, and counted", async () => {
    const { connection, next, receiver, settings } = await start(TCP);
    (await connection()).write("<13>a\n");
    next.logs.answer = () => new RetryableError("full", 60_000);
    await expect.poll(() => next.logs.batches.length).toBe(1);
    const started = Date.now();
    await receiver.shutdown(started + 700);
    expect(Date.now() - started).toBeLessThan(1500);
    expect(await settings.samples('reason="shutdown"')).toEqual([
      'goldspan_syslog_dropped_messages_total{receiver="syslog",transport="tcp",reason="shutdown"} 1',
    ]);
  });

  it("is cut when a message is too long, and a connection is closed when there are too many", async () => {
    const { connection, kept } = await start(
      "tcp: {listen_address: 'localhost:0', max_log_size: 100B, max_connections: 1}",
    );
    const socket = await connection();
    socket.write(`<13>${"x".repeat(1000)}\n<13>next\n`);
    await expect.poll(() => bodies(kept)).toEqual(["x".repeat(96), "next"]);
    expect(kept.map(({ attributes }) => attributes["syslog.truncated"])).toEqual([true, undefined]);
    const second = await connection();
    await new Promise((resolve) => second.once("close", resolve));
  });

  it("that breaks the framing agreed on is closed", async () => {
    const { connection, settings, kept } = await start(
      "tcp: {listen_address: 'localhost:0', enable_octet_counting: true}",
    );
    const socket = await connection();
    socket.write("4 <1>anonsense");
    await new Promise((resolve) => socket.once("close", resolve));
    expect(bodies(kept)).toEqual(["a"]);
    expect(settings.lines).toContainEqual(expect.objectContaining({ error: expect.stringMatching(/its length/) }));
  });
});

describe("syslog over UDP", () => {
  it("is a message a datagram, stored together", async () => {
    const { datagram, kept, next, settings } = await start(UDP);
    await datagram("<34>Oct 11 22:14:15 h su[7]: one", "<34>1 - h app - ID - two\n", "three", "", "\n");
    await expect.poll(() => bodies(kept).toSorted()).toEqual(["one", "three", "two"]);
    expect(next.logs.batches.length).toBeLessThan(4);
    await expect
      .poll(() => settings.samples("accepted_log_records"))
      .toEqual(['otelcol_receiver_accepted_log_records{receiver="syslog",transport="udp"} 3']);
  });

  it("that is equal byte by byte is as many messages as came", async () => {
    const { datagram, kept } = await start(UDP);
    await datagram(...Array<string>(5).fill("<13>Oct 11 22:14:15 h a: same"));
    await expect.poll(() => kept.length).toBe(5);
    expect(new Set(kept.map(({ observedTime }) => observedTime)).size).toBe(5);
  });

  it("is dropped and counted when the pipeline takes nothing for too long", async () => {
    const { datagram, kept, keep, next, settings } = await start(
      "udp: {listen_address: 'localhost:0', flush_interval: 1ms, max_pending: 1000B}",
    );
    let go = () => {};
    const gate = new Promise<undefined>((resolve) => (go = () => resolve(undefined)));
    next.logs.answer = (batch) => (keep(batch), gate);
    await datagram("<13>first");
    await expect.poll(() => kept.length).toBe(1);
    next.logs.answer = keep;
    const messages = Array.from({ length: 50 }, (_, i) => `<13>${i} ${"x".repeat(96)}`);
    await datagram(...messages);
    const dropped = async () => Number((await settings.samples('reason="pending"'))[0].split(" ")[1]);
    await expect.poll(dropped).toBeGreaterThanOrEqual(40);
    go();
    await expect.poll(async () => kept.length + (await dropped())).toBe(51);
  });

  it("that waits when the collector stops is still stored", async () => {
    const { datagram, kept, receiver } = await start("udp: {listen_address: 'localhost:0', flush_interval: 1h}");
    await datagram("<13>a", "<13>b");
    // It has come when a later one has.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await receiver.shutdown(Date.now() + 1000);
    expect(bodies(kept)).toEqual(["a", "b"]);
  });
});

describe("the configuration of syslog", () => {
  it("is refused when nothing would listen, or at no place on earth", () => {
    const check = (yaml: string, issue: RegExp) =>
      expect(tryConfig(config, yaml).issues).toEqual([expect.stringMatching(issue)]);
    check("{}", /takes nothing/);
    check("tcp: {}", /value is required/);
    check(`{${TCP}, protocol: rfc5425}`, /one of auto, rfc5424, rfc3164/);
    check(`{${TCP}, location: Mars}`, /a time zone such as/);
    check(`{${TCP}, operators: [{type: x}]}`, /use processors/);
  });

  it("names the key when an address cannot be had", async () => {
    const { receiver } = await start(`${TCP}, ${UDP}`);
    const { tcp, udp } = receiver.ports();
    await expect(start(`tcp: {listen_address: 'localhost:${tcp}'}`)).rejects.toThrow(
      /receivers.syslog.tcp.listen_address/,
    );
    await expect(start(`udp: {listen_address: 'localhost:${udp}'}`)).rejects.toThrow(
      /receivers.syslog.udp.listen_address/,
    );
  });

  it("may ask for TLS", async () => {
    const tls = `tls: {cert_file: ${TLS}/server.crt, key_file: ${TLS}/server.key}`;
    const { receiver, kept } = await start(`tcp: {listen_address: 'localhost:0', ${tls}}`);
    const socket = connectTls({ port: receiver.ports().tcp, host: "127.0.0.1", rejectUnauthorized: false });
    closing.push(() => socket.destroy());
    socket.end("<13>secret\n");
    await expect.poll(() => bodies(kept)).toEqual(["secret"]);
  });
});
