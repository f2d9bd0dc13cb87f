/** The editing helpers, checked through the wire: what a changed batch encodes to is what it should be. */
import { expect, test } from "vitest";
import { attributesOf, logBatch, logsOf, spanBatch, spansOf } from "../../test/kit/batches.ts";
import { canonicalRecords, oracleDecode, oracleEncode } from "../../test/kit/oracle.ts";
import { Random } from "../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../test/kit/random-otlp.ts";
import { encodeKeyValue } from "../wire/otlp/any-value.ts";
import { encodeLogs, encodeTraces } from "../wire/otlp/encode-batch.ts";
import { scanLogs } from "../wire/otlp/scan-logs.ts";
import { scanTraces } from "../wire/otlp/scan-traces.ts";
import { AttributeList, keyBytes } from "./edit-attribute-list.ts";
import type { EditableBatch } from "./edit-columns.ts";
import { editEnvelope, RESOURCE_ATTRIBUTES, SCOPE_ATTRIBUTES } from "./edit-message.ts";
import { mergeBatches } from "./edit-merge.ts";
import { RecordEditor } from "./edit-records.ts";
import { editRest } from "./edit-rest.ts";
import { selectRecords, sliceRecords } from "./edit-select.ts";
import type { LogBatch } from "./log-batch.ts";
import type { SpanBatch } from "./span-batch.ts";

function recordsOf(batch: EditableBatch): string[] {
  const bytes = batch.signal === "traces" ? encodeTraces([batch]) : encodeLogs([batch]);
  return canonicalRecords(oracleDecode(batch.signal, bytes));
}

function randomBatch(random: Random, signal: "traces" | "logs"): SpanBatch | LogBatch {
  const records = random.below(30);
  if (signal === "traces") return scanTraces(oracleEncode("traces", randomTraces(random, { records }))).batch;
  return scanLogs(oracleEncode("logs", randomLogs(random, { records }))).batch;
}

test("parts put together again are the whole, for random requests of both signals", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed);
    const batch = randomBatch(random, seed % 2 === 0 ? "traces" : "logs");
    const kept = (i: number) => i % 3 !== 0;
    const [some, others] = [selectRecords(batch, kept), selectRecords(batch, (i) => !kept(i))];
    expect(some.count + others.count).toBe(batch.count);
    expect([...recordsOf(some), ...recordsOf(others)].toSorted()).toEqual(recordsOf(batch));
    expect(recordsOf(mergeBatches<EditableBatch>([some, others]))).toEqual(recordsOf(batch));
    const middle = random.below(batch.count + 1);
    const halves = [sliceRecords(batch, 0, middle), sliceRecords(batch, middle, batch.count)];
    expect(recordsOf(mergeBatches<EditableBatch>(halves))).toEqual(recordsOf(batch));
  }
});

test("different batches merge with their resources and scopes", () => {
  const [a, b] = [
    spanBatch({
      resource: { "service.name": "a" },
      records: [{ attributes: { n: 1 } }, { parentSpanId: "00000000000000aa" }],
    }),
    spanBatch({ resource: { "service.name": "b" }, scope: { name: "lib" }, records: [{ attributes: { n: 2 } }] }),
  ];
  const merged = mergeBatches([a, b]);
  expect(spansOf(merged)).toEqual([...spansOf(a), ...spansOf(b)]);
  expect(merged.received).toBeUndefined();
  expect(mergeBatches([a])).toBe(a);
});

test("keeping everything keeps the batch itself, and leaving something out drops its body", () => {
  const batch = spanBatch({ records: [{}, {}] }, { records: [{}] });
  expect(selectRecords(batch, () => true)).toBe(batch);
  const first = selectRecords(batch, (i) => i === 0);
  expect(first).toMatchObject({ count: 1, received: undefined });
  expect(first.bytes).toBe(batch.bytes);
  // Groups without records fall away.
  expect(first.groups).toEqual([batch.groups[0]]);
  expect(spansOf(selectRecords(batch, [2, 0])).map((span) => span.name)).toEqual(["span 3", "span 1"]);
});

test("an editor without changes returns the batch itself", () => {
  const batch = spanBatch({ records: [{ attributes: { a: 1 } }] });
  expect(new RecordEditor(batch).finish()).toBe(batch);
});

test("attributes of some records change, the others' bytes stay", () => {
  const batch = spanBatch({
    records: [{ attributes: { a: 1, b: 2 } }, { attributes: { c: 3 } }, { attributes: { a: 1 } }],
  });
  const editor = new RecordEditor(batch);
  const list = new AttributeList();
  for (const i of [0, 2]) {
    list.load(batch, i);
    list.replace(list.find(keyBytes("a")), encodeKeyValue("a", "new"));
    list.add(encodeKeyValue("added", true));
    list.store(editor.attributes, i, batch.bytes, (bytes) => editor.append(bytes));
  }
  const edited = editor.finish();
  expect(attributesOf(edited)).toEqual([{ a: "new", b: 2, added: true }, { c: 3 }, { a: "new", added: true }]);
  expect(attributesOf(batch)).toEqual([{ a: 1, b: 2 }, { c: 3 }, { a: 1 }]);
  expect(edited.attributeOffset[edited.attributeStart[1]]).toBe(batch.attributeOffset[batch.attributeStart[1]]);
});

test("an attribute list finds, replaces and removes; the same bytes again are no change", () => {
  const batch = spanBatch({ records: [{ attributes: { a: 1, bb: "x", "": 0 } }] });
  const list = new AttributeList().load(batch, 0);
  expect([list.find(keyBytes("bb")), list.find(keyBytes("b")), list.find(keyBytes(""))]).toEqual([1, -1, 2]);
  list.replace(0, encodeKeyValue("a", 1n));
  expect(list.changed).toBe(false);
  list.retain((i) => i !== 1);
  expect([list.length, list.changed, list.find(keyBytes(""))]).toEqual([2, true, 1]);
  expect(list.load(batch, 0).changed).toBe(false);
  list.retain(() => true);
  expect(list.changed).toBe(false);
});

test("an attribute list reads attributes that are written in an unusual way", () => {
  const long = "k".repeat(200);
  const batch = spanBatch({ records: [{ attributes: { [long]: "v".repeat(300), empty: null } }] });
  const list = new AttributeList().load(batch, 0);
  expect(list.find(keyBytes(long))).toBe(0);
  expect(list.find(keyBytes("empty"))).toBe(1);
  // Value before key, and the key twice: the last one counts.
  const odd = Uint8Array.from([0x12, 0x02, 0x10, 0x01, 0x0a, 0x01, 0x61, 0x0a, 0x01, 0x62]);
  list.add(odd);
  expect([list.find(keyBytes("a")), list.find(keyBytes("b"))]).toEqual([-1, 2]);
});

test("resources and scopes change with all else they hold", () => {
  const batch = spanBatch({
    resource: { a: 1 },
    scope: { name: "lib", version: "2", attributes: { s: 1 } },
    records: [{}],
  });
  const { resource, scope } = batch.groups[0];
  const add = (list: AttributeList) => list.add(encodeKeyValue("added", "x"));
  expect(editEnvelope(resource, RESOURCE_ATTRIBUTES, () => undefined)).toBe(resource);
  const editor = new RecordEditor(batch);
  editor.setGroup(0, {
    resource: editEnvelope(resource, RESOURCE_ATTRIBUTES, add),
    scope: editEnvelope(scope, SCOPE_ATTRIBUTES, add),
  });
  const [span] = spansOf(editor.finish());
  expect(span.resource).toEqual({ a: 1, added: "x" });
  expect(span.scope).toEqual({ name: "lib", version: "2", attributes: { s: 1, added: "x" } });
  // There may be no resource at all.
  expect(editEnvelope(new Uint8Array(0), RESOURCE_ATTRIBUTES, add)).not.toHaveLength(0);
});

test("single fields of the rest are dropped and replaced, the others stay in order", () => {
  const events = ["a", "b", "c"].map((name) => ({ name }));
  const batch = spanBatch({
    records: [{ traceState: "x=1", events, status: { message: "m", code: 2 } }, { events }, {}],
  });
  /** An event with just a name is tag, length and name. */
  const isEvent = (name: string, field: number, start: number) =>
    field === 11 && batch.bytes[start + 2] === name.charCodeAt(0);
  const editor = new RecordEditor(batch);
  editRest(editor, 0, (field, start) => (isEvent("b", field, start) ? null : undefined));
  editRest(editor, 1, (field, start) => (isEvent("b", field, start) ? Uint8Array.of(0x12, 1, 0x7a) : undefined));
  const [first, second, third] = spansOf(editor.finish());
  const names = (span: { events: { name: string }[] }) => span.events.map((event) => event.name);
  expect(first).toMatchObject({ traceState: "x=1", status: { message: "m", code: 2 } });
  expect([names(first), names(second), third.events]).toEqual([["a", "c"], ["a", "z", "c"], undefined]);
});

test("columns of single records change", () => {
  const batch = logBatch({ records: [{ body: "one" }, { body: "two" }] });
  const editor = new RecordEditor(batch);
  const body = Uint8Array.from([0x0a, 0x02, 0x68, 0x69]);
  editor.set("bodyOffset", 1, editor.append(body));
  editor.set("bodyLength", 1, body.length);
  expect(logsOf(editor.finish()).map((record) => record.body)).toEqual(["one", "hi"]);
  expect(logsOf(batch).map((record) => record.body)).toEqual(["one", "two"]);
});
