import { expect, test } from "vitest";
import { Random } from "../../../test/kit/random.ts";
import { DecodeError } from "../../base/errors.ts";
import { anyValueText } from "./attribute-text.ts";
import {
  decodeAnyValue,
  decodeKeyValue,
  encodeAnyValue,
  encodeKeyValue,
  formatAnyValue,
  type AnyValue,
} from "./any-value.ts";

/** There and back, and the text. */
function check(value: AnyValue, text: string): void {
  const bytes = encodeAnyValue(value);
  expect(decodeAnyValue(bytes)).toEqual(value);
  expect(formatAnyValue(value)).toBe(text);
  // Searches compare the same text.
  expect(anyValueText(bytes, 0, bytes.length)).toBe(text);
}

test("values survive with their type", () => {
  check(null, "");
  check("", "");
  check("grüße 😀", "grüße 😀");
  check(true, "true");
  check(false, "false");
  check(0n, "0");
  check(-1n, "-1");
  check(9223372036854775807n, "9223372036854775807");
  check(-9223372036854775808n, "-9223372036854775808");
  check(1, "1");
  check(-0.5, "-0.5");
  check(1e21, "1e+21");
  check(Infinity, "Infinity");
  check(NaN, "NaN");
  check(Uint8Array.of(0, 255), "AP8=");
  check([], "[]");
  check(["a", 1n, 1.5, true, null, ["b"]], '["a",1,1.5,true,null,["b"]]');
  check(
    new Map<string, AnyValue>([
      ["b", 1n],
      ["a", Uint8Array.of(1)],
    ]),
    '{"b":1,"a":"AQ=="}',
  );
  check([9007199254740993n], '["9007199254740993"]');
});

test("an attribute is a key and a value", () => {
  expect(decodeKeyValue(encodeKeyValue("http.route", "/orders"))).toEqual({ key: "http.route", value: "/orders" });
  expect(decodeKeyValue(new Uint8Array(0))).toEqual({ key: "", value: null });
});

test("of several members the last counts, as in protobuf", () => {
  const bytes = Uint8Array.from([...encodeAnyValue("first"), ...encodeAnyValue(2n)]);
  expect(decodeAnyValue(bytes)).toBe(2n);
});

test("nesting has an end", () => {
  let value: AnyValue = "x";
  for (let depth = 0; depth < 150; depth++) value = [value];
  expect(() => decodeAnyValue(encodeAnyValue(value))).toThrow(DecodeError);
});

test("broken bytes give a value or a DecodeError, nothing else", () => {
  const random = new Random(7);
  for (let round = 0; round < 5_000; round++) {
    const bytes = encodeAnyValue(["abc", 12n, new Map([["k", 1.5]]), Uint8Array.of(1, 2)]);
    bytes[random.below(bytes.length)] = random.below(256);
    try {
      formatAnyValue(decodeAnyValue(bytes.subarray(0, random.below(bytes.length + 1))));
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError);
    }
  }
});

test("empty members of maps and lists stay, as null", () => {
  check(new Map<string, AnyValue>([["a", null]]), '{"a":null}');
  check([null], "[null]");
});
