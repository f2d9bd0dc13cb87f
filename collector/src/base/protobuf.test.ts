import { expect, it } from "vitest";
import { BYTES, ProtoReader, ProtoWriter } from "./protobuf.ts";

it("a text is written as UTF-8, however long it is and whatever is in it", () => {
  const ends = ["", "x", "é", "日", "\u{1F600}", "\u0000", "\u007f", "\u0080"];
  for (let length = 0; length < 300; length += length < 60 ? 1 : 37) {
    for (const end of ends) {
      const text = "a".repeat(length) + end;
      // Little room: the text lies where the buffer has to grow.
      const bytes = new ProtoWriter(4)
        .stringField(1, "before")
        .stringField(200, text)
        .stringField(2, "behind")
        .finish();
      const reader = new ProtoReader(bytes);
      const read: [number, number, string][] = [];
      while (reader.next()) read.push([reader.field, reader.wire, Buffer.from(reader.view()).toString()]);
      expect(read).toEqual([
        [1, BYTES, "before"],
        [200, BYTES, text],
        [2, BYTES, "behind"],
      ]);
    }
  }
});
