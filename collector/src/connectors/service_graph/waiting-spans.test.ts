import { expect, test } from "vitest";
import { Random } from "../../../test/kit/random.ts";
import { ABSENT } from "../series/series-table.ts";
import { PAIRED, WaitingSpans } from "./waiting-spans.ts";

const [SERVER, CLIENT] = [2, 3];

function keyOf(n: number): DataView {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint32(0, n);
  view.setUint32(20, n * 7);
  return view;
}

/** Finds, adds and removes by number. */
function create(most: number, dimensions = 0) {
  const waiting = new WaitingSpans(most, dimensions);
  const find = (n: number, ofClient = true) => {
    waiting.seek(keyOf(n), 0, 16);
    return waiting.first(ofClient);
  };
  const add = (n: number, kind = CLIENT, texts: number[] = []) => {
    waiting.seek(keyOf(n), 0, 16);
    if (waiting.isFull) return false;
    waiting.add(kind, 0, n, n + 1, n + 2, n / 2, n, Uint32Array.from(texts));
    return true;
  };
  return { waiting, find, add };
}

test("keeps what it is told, by key and side", () => {
  const { waiting, find, add } = create(10, 2);
  add(1, CLIENT, [5, 6]);
  add(1, SERVER, [7, 8]);
  const [client, server] = [find(1), find(1, false)];
  expect([waiting.kindOf(client), waiting.kindOf(server)]).toEqual([CLIENT, SERVER]);
  expect([waiting.serviceOf(client), waiting.peerOf(client), waiting.sinceOf(client)]).toEqual([1, 2, 1]);
  expect(waiting.portOf(client)).toBe(3);
  expect(waiting.secondsOf(client)).toBe(0.5);
  expect([...waiting.dimensionTexts.subarray(server * 2, server * 2 + 2)]).toEqual([7, 8]);
  expect(find(2)).toBe(-1);
  waiting.setPaired(client);
  expect([waiting.has(client, PAIRED), waiting.has(server, PAIRED)]).toEqual([true, false]);
  expect([waiting.kindOf(client), waiting.portOf(client)]).toEqual([CLIENT, 3]);
  const at = waiting.idsAt(client);
  expect(waiting.bytes.subarray(at, at + 24)).toEqual(new Uint8Array(keyOf(1).buffer));
});

test("finds those of one key in the order they came", () => {
  const { waiting, find, add } = create(10);
  for (let i = 0; i < 3; i++) add(4, SERVER);
  const first = find(4, false);
  const second = waiting.after(first, false);
  const third = waiting.after(second, false);
  expect(waiting.after(third, false)).toBe(-1);
  expect(waiting.oldest).toBe(first);
  waiting.remove(first);
  expect(find(4, false)).toBe(second);
  expect(waiting.oldest).toBe(second);
});

test("takes no more than it may, and keeps everything while it grows", () => {
  const { waiting, find, add } = create(5000);
  for (let n = 0; n < 5000; n++) expect(add(n)).toBe(true);
  expect(add(5000)).toBe(false);
  expect(waiting.capacity).toBe(5000);
  for (let n = 0; n < 5000; n++) expect(waiting.serviceOf(find(n))).toBe(n);
  waiting.remove(find(17));
  expect(add(5000)).toBe(true);
});

test("does what a map would do, whatever comes", () => {
  const random = new Random(5);
  const { waiting, find, add } = create(300);
  let expected: number[] = [];
  for (let round = 0; round < 20_000; round++) {
    const n = random.below(600);
    if (random.chance(0.5)) {
      if (!expected.includes(n) && add(n)) expected.push(n);
    } else if (random.chance(0.3) && expected.length > 0) {
      expect(waiting.serviceOf(waiting.oldest)).toBe(expected[0]);
      waiting.remove(waiting.oldest);
      expected = expected.slice(1);
    } else {
      const place = find(n);
      expect(place >= 0).toBe(expected.includes(n));
      if (place >= 0) waiting.remove(place);
      expected = expected.filter((each) => each !== n);
    }
    expect(waiting.size).toBe(expected.length);
  }
});

test("finds planned keys as others, in any number", () => {
  const { waiting, find, add } = create(2000);
  for (let n = 0; n < 1500; n += 2) add(n);
  for (let n = 0; n < 1500; n++) waiting.plan(n, keyOf(n), 0, 16);
  waiting.readAhead(1500);
  for (let n = 0; n < 1500; n++) {
    waiting.seekPlanned(n, keyOf(n), 0, 16);
    expect(waiting.first(true)).toBe(n % 2 === 0 ? find(n) : -1);
  }
});

test("translates every text", () => {
  const { waiting, find, add } = create(10, 1);
  add(1, CLIENT, [3]);
  add(2, CLIENT, [4]);
  waiting.remove(find(1));
  waiting.translate((text) => text + 100);
  const at = find(2);
  expect([waiting.serviceOf(at), waiting.peerOf(at), waiting.portOf(at), waiting.dimensionTexts[at]]).toEqual([
    102, 103, 104, 104,
  ]);
  expect(waiting.kindOf(at)).toBe(CLIENT);
});

test("knows ports of any text number, and none", () => {
  const { waiting, find } = create(10);
  for (const [n, port] of [0, 262_143, 2 ** 24 - 2, ABSENT].entries()) {
    waiting.seek(keyOf(n), 0, 16);
    waiting.add(CLIENT, PAIRED, 1, 2, port, 0, 0, new Uint32Array(0));
    expect([waiting.portOf(find(n)), waiting.kindOf(find(n)), waiting.has(find(n), PAIRED)]).toEqual([
      port,
      CLIENT,
      true,
    ]);
  }
});
