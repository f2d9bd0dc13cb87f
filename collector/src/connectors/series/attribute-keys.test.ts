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

test("knows old and new names of a convention, and prefers the one asked for", () => {
  check(["http.request.method"], { "http.method": "GET" }, ["GET"]);
  check(["http.method"], { "http.request.method": "GET" }, ["GET"]);
  check(["http.method"], { "http.request.method": "new", "http.method": "old" }, ["old"]);
  check(["http.method"], { "http.method": "old", "http.request.method": "new" }, ["old"]);
});
