import { expect, test } from "vitest";
import { readEvents, readLines } from "./read-lines.ts";

function bodyOf(...parts: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(typeof part === "string" ? new TextEncoder().encode(part) : part);
      controller.close();
    },
  });
}

async function collect<T>(items: AsyncGenerator<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test("lines are whole however the bytes come in pieces", async () => {
  expect(await collect(readLines(bodyOf('{"a"', ':1}\n{"b":2}', "\n")))).toEqual(['{"a":1}', '{"b":2}']);
});

test("a letter may be torn between two pieces", async () => {
  const bytes = new TextEncoder().encode("ä\n");
  expect(await collect(readLines(bodyOf(bytes.slice(0, 1), bytes.slice(1))))).toEqual(["ä"]);
});

test("the last line needs no end, and a carriage return is part of one", async () => {
  expect(await collect(readLines(bodyOf("a\r\nb")))).toEqual(["a", "b"]);
  expect(await collect(readLines(bodyOf()))).toEqual([]);
});

test("events have names and data of several lines; comments are nothing", async () => {
  const body = bodyOf(": hello\n\nevent: rate\ndata: {\n", "data: }\n\ndata:1\n\nevent: lost\n\n");
  expect(await collect(readEvents(body))).toEqual([
    { name: "rate", data: "{\n}" },
    { name: "message", data: "1" },
  ]);
});

test("a listener that has heard enough ends the stream", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("x\n")),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const line of readLines(body)) {
    expect(line).toBe("x");
    break;
  }
  expect(cancelled).toBe(true);
});
