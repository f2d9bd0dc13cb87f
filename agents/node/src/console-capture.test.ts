import { Console } from "node:console";
import { PassThrough } from "node:stream";
import type { LogRecord, Logger } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { captureConsole } from "./console-capture.ts";

/** A console that keeps what it prints, captured into a logger that keeps what it is given. */
function open(onEmit: (target: Console) => void = () => undefined) {
  const printed: unknown[][] = [];
  const records: LogRecord[] = [];
  const print = (...args: unknown[]): void => void printed.push(args);
  const target = {
    trace: print,
    debug: print,
    log: print,
    info: print,
    warn: print,
    error: print,
  } as unknown as Console;
  const logger = {
    emit: (record: LogRecord) => {
      records.push(record);
      onEmit(target);
    },
  } as unknown as Logger;
  captureConsole(target, logger);
  return { target, printed, records };
}

test("each method prints as before and becomes a record of its severity", () => {
  const { target, printed, records } = open();
  target.log("%s has %d", "cart", 3, { sku: "a" });
  target.error(new TypeError("broken"));
  target.debug("x");
  expect(printed).toEqual([["%s has %d", "cart", 3, { sku: "a" }], [new TypeError("broken")], ["x"]]);
  expect(records).toMatchObject([
    {
      severityNumber: 9,
      severityText: "info",
      body: "cart has 3 { sku: 'a' }",
      attributes: { "log.iostream": "stdout" },
    },
    { severityNumber: 17, severityText: "error", exception: { message: "broken" } },
    { severityNumber: 5, severityText: "debug", body: "x" },
  ]);
});

test("lines printed while a record is made make no records", () => {
  const { target, printed, records } = open((console) => console.warn("from the exporter"));
  target.info("from the app");
  expect(printed).toEqual([["from the app"], ["from the exporter"]]);
  expect(records).toHaveLength(1);
});

test("a real console's methods that print through others make one record each", () => {
  const records: LogRecord[] = [];
  const target = new Console({ stdout: new PassThrough(), stderr: new PassThrough() });
  captureConsole(target, { emit: (record: LogRecord) => records.push(record) } as unknown as Logger);
  target.trace("where am I");
  target.table([{ a: 1 }]);
  target.assert(false, "not so");
  expect(records.map(({ severityText }) => severityText)).toEqual(["trace", "info", "warn"]);
  expect(records[2].body).toBe("Assertion failed: not so");
});

test("an argument that throws when inspected and a very long line do no harm", () => {
  const { target, records } = open();
  target.log({
    get [Symbol.toStringTag](): string {
      throw new Error("do not look");
    },
  });
  target.log("y".repeat(1_000_000));
  expect(String(records.at(-1)?.body)).toHaveLength(64 * 1024);
});
