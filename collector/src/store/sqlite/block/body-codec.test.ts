import { describe, expect, it } from "vitest";
import { Random } from "../../../../test/kit/random.ts";
import { randomText } from "../../../../test/kit/random-logs.ts";
import { ProtoWriter } from "../../../base/protobuf.ts";
import { encodeBodies, openBodies, rebuildBodies } from "./body-codec.ts";
import type { LogColumns } from "./record-columns.ts";

function text(value: string | Uint8Array): Uint8Array {
  return new ProtoWriter().bytesField(1, typeof value === "string" ? Buffer.from(value) : value).finish();
}

/** Bodies in reversed order, through the codec and back; undefined = none. */
function throughCodec(bodies: readonly (Uint8Array | undefined)[]): { back: (Uint8Array | undefined)[]; size: number } {
  const bytes = Buffer.concat(bodies.map((body) => body ?? new Uint8Array(0)));
  const ends = new Uint32Array(bodies.length);
  bodies.forEach((body, i) => (ends[i] = (i === 0 ? 0 : ends[i - 1]) + (body?.length ?? 0)));
  const columns = {
    count: bodies.length,
    bodies: bytes,
    bodyStarts: Uint32Array.from(ends, (_, i) => (i === 0 ? 0 : ends[i - 1])),
    bodyEnds: ends,
    hasBody: Uint8Array.from(bodies, (body) => (body ? 1 : 0)),
  } as unknown as LogColumns;
  const order = Uint32Array.from(bodies, (_, i) => bodies.length - 1 - i);
  const raw = encodeBodies(columns, order).finish();
  const decoded = rebuildBodies(openBodies(raw, bodies.length));
  const back = bodies.map((_, i) => {
    const n = bodies.length - 1 - i;
    return decoded.hasBody[n] === 1 ? decoded.bytes.slice(decoded.starts[n], decoded.ends[n]) : undefined;
  });
  return { back, size: raw.length };
}

function check(bodies: readonly (Uint8Array | undefined)[]): number {
  const { back, size } = throughCodec(bodies);
  const hex = (body: Uint8Array | undefined) => body && Buffer.from(body).toString("hex");
  expect(back.map(hex)).toEqual(bodies.map(hex));
  return size;
}

describe("bodies of log records", () => {
  it("come back as they were, whatever they are", () => {
    const line = (n: number) => text(`user ${n} paid ${n * 7} EUR at 10.0.0.${n % 256}:80${n % 10}`);
    const lines = Array.from({ length: 300 }, (_, n) => line(n));
    check([]);
    check([undefined]);
    check(lines);
    check([...lines, undefined, text(""), new Uint8Array(0), ...lines]);
    check(Array.from({ length: 50 }, (_, n) => text(n % 2 === 0 ? `GET /a/${n}` : `get /a/${n}`)));
    check(Array.from({ length: 50 }, (_, n) => text(String(n))));
    check(Array.from({ length: 50 }, () => text("no number in it")));
    check(Array.from({ length: 20 }, (_, n) => text(`${"x".repeat(120)} ${"9".repeat(n)} ${"y".repeat(n * 1000)}`)));
    // Not as encoders write it: a length with a byte too many, two members, a number, bytes that are no UTF-8.
    const odd = [0x0a, 0x83, 0x00, 0x61, 0x31, 0x32];
    check([...Array.from({ length: 9 }, () => Uint8Array.from(odd)), ...lines.slice(0, 9)]);
    check(Array.from({ length: 9 }, (_, n) => Buffer.concat([line(n), line(n)])));
    check(Array.from({ length: 9 }, (_, n) => Uint8Array.from([0x18, n])));
    check(Array.from({ length: 9 }, (_, n) => text(Uint8Array.from([0xff, 0xc3, 0x28, 0x30 + n, 0x20, 0x80, 0x31]))));
  });

  it("come back from random texts of few and of very many shapes", () => {
    const random = new Random(3);
    check(Array.from({ length: 3000 }, () => (random.chance(0.05) ? undefined : text(randomText(random)))));
    check(Array.from({ length: 3000 }, (_, n) => text(`shape ${"z".repeat(n % 600)} ${n}`)));
  });

  it("that are lists of thousands of numbers are kept as they are", () => {
    const list = (n: number, length: number) => text(Array.from({ length }, (_, i) => `0.${i + n}`).join(","));
    for (const length of [30, 33, 100, 20_000]) {
      const lists = Array.from({ length: 6 }, (_, n) => list(n, length));
      const plain = lists.reduce((sum, { length: bytes }) => sum + bytes, 0);
      expect(check([...lists, text("short 1"), text("short 2"), text("short 3"), text("short 4")])).toBeLessThan(
        plain + 1000,
      );
    }
  });

  it("take what differs between lines, and little more", () => {
    const lines = Array.from({ length: 1000 }, (_, n) =>
      text(`request finished status=200 request=${String(n).padStart(16, "0")}`),
    );
    expect(check(lines)).toBeLessThan(1000 * (3 + 16 + 4) + 200);
  });
});
