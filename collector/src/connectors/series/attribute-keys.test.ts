import { expect, test } from "vitest";
import { spanBatch, type Plain } from "../../../test/kit/batches.ts";
import { anyValueText } from "../../wire/otlp/attribute-text.ts";
import { AttributeKeys } from "./attribute-keys.ts";

/** The values of the keys in a span with these attributes. */
function check(keys: string[], attributes: Record<string, Plain>, expected: (string | undefined)[]): void {
  const batch = spanBatch({ records: [{ attributes: { other: 1 } }, { attributes }] });
  const found = new AttributeKeys(keys);
  // What an earlier span had is forgotten.
  found.searchSpan(batch, 0);
  found.searchSpan(batch, 1);
  const values = keys.map((_, k) =>
    found.starts[k] < 0 ? undefined : anyValueText(found.source, found.starts[k], found.ends[k]),
  );
  expect(values).toEqual(expected);
}

test("finds what is there, by the whole key", () => {
  check(["a.b", "c"], { "a.c": 1, "a.b": "x", cc: 2, c: true }, ["x", "true"]);
  check(["a.b"], { "a.bc": 1 }, [undefined]);
  check(["x".repeat(200)], { ["x".repeat(200)]: "long" }, ["long"]);
  check(["grüße"], { grüße: 1 }, ["1"]);
});

test("finds keys of every length, in the last bytes as well", () => {
  check(["a", "", "ab"], { a: 1, b: 2, "": 3, ab: 4, ac: 5 }, ["1", "3", "4"]);
  check(["abc"], { abd: 1, xbc: 2, abcd: 3 }, [undefined]);
  // Two bytes in all: an empty key without a value.
  const found = new AttributeKeys([""]);
  const batch = { ...spanBatch({ records: [{}] }), bytes: Uint8Array.of(0x0a, 0) };
  const [attributeStart, attributeOffset, attributeLength] = [[0, 1], [0], [2]].map((list) => Uint32Array.from(list));
  found.searchSpan({ ...batch, attributeStart, attributeOffset, attributeLength }, 0);
  expect(found.ends[0]).toBe(found.starts[0]);
});

test("knows old and new names of a convention, and prefers the one asked for", () => {
  check(["http.request.method"], { "http.method": "GET" }, ["GET"]);
  check(["http.method"], { "http.request.method": "GET" }, ["GET"]);
  check(["http.method"], { "http.request.method": "new", "http.method": "old" }, ["old"]);
  check(["http.method"], { "http.method": "old", "http.request.method": "new" }, ["old"]);
});
