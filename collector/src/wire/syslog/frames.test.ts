import { describe, expect, it } from "vitest";
import { Random } from "../../../test/kit/random.ts";
import { FrameCutter, type Framing } from "./frames.ts";

/** Messages of a stream that comes in these pieces; cut ones have a … behind them. */
function cut(pieces: readonly (string | Uint8Array)[], framing: Framing = "auto", maxBytes = 100): string[] {
  const messages: string[] = [];
  const cutter = new FrameCutter(framing, maxBytes, (bytes, start, end, truncated) =>
    messages.push(Buffer.from(bytes.subarray(start, end)).toString() + (truncated ? "…" : "")),
  );
  for (const piece of pieces) cutter.push(typeof piece === "string" ? Buffer.from(piece) : piece);
  cutter.end();
  expect(cutter.heldBytes).toBe(0);
  return messages;
}

describe("a stream of syslog", () => {
  it("has a message a line, or a length before each", () => {
    expect(cut(["<1>a\n<1>b\r\n\n<1>c\0\n<1>d"])).toEqual(["<1>a", "<1>b", "<1>c", "<1>d"]);
    expect(cut(["5 <1>a\n4 <1>b10 <1>c 4 <1>d"])).toEqual(["<1>a", "<1>b", "<1>c 4 <1>"].concat("d"));
    expect(cut(["4 <1>a<1>b\n4 <1>c"])).toEqual(["<1>a", "<1>b", "<1>c"]);
  });

  it("takes a number for a length only before a message", () => {
    expect(cut(["2026 was a year\n12\n7 dwarfs\n"])).toEqual(["2026 was a year", "12", "7 dwarfs"]);
    expect(cut(["12 <1>\n"], "lines")).toEqual(["12 <1>"]);
    expect(cut(["3 abc2 de"], "octet_counting")).toEqual(["abc", "de"]);
    expect(() => cut(["3 abcde"], "octet_counting")).toThrow(
      "cannot find a message: expected its length, got byte 100",
    );
  });

  it("cuts what is too long, and goes on behind it", () => {
    const long = "x".repeat(30);
    expect(cut([`<1>${long}\n<1>b\n`], "auto", 10)).toEqual(["<1>xxxxxxx…", "<1>b"]);
    expect(cut([`33 <1>${long}4 <1>b`], "auto", 10)).toEqual(["<1>xxxxxxx…", "<1>b"]);
    expect(cut(`<1>${long}\n<1>b\n`.split(""), "auto", 10)).toEqual(["<1>xxxxxxx…", "<1>b"]);
    expect(cut(`33 <1>${long}4 <1>b`.split(""), "auto", 10)).toEqual(["<1>xxxxxxx…", "<1>b"]);
  });

  it("ends with a line that need not end, but not with a part of a message whose length is known", () => {
    expect(cut(["<1>a\n<1>b"])).toEqual(["<1>a", "<1>b"]);
    expect(cut(["4 <1>a999 <1>b"])).toEqual(["<1>a"]);
    expect(cut(["4 <1>a99"], "octet_counting")).toEqual(["<1>a"]);
    expect(cut([`33 <1>${"x".repeat(12)}`], "auto", 10)).toEqual(["<1>xxxxxxx…"]);
  });

  it("is the same however the network cuts it", () => {
    const random = new Random(3);
    for (let round = 0; round < 200; round++) {
      const parts = Array.from({ length: random.below(8) }, () => {
        const text = `<${random.below(190)}>${"é".repeat(random.below(5))}${random.below(1000)}`;
        return random.chance(0.5) ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`;
      });
      const stream = Buffer.from(parts.join(""));
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < stream.length;) {
        const size = 1 + random.below(7);
        pieces.push(stream.subarray(at, at + size));
        at += size;
      }
      expect(cut(pieces)).toEqual(cut([stream]));
    }
  });
});
