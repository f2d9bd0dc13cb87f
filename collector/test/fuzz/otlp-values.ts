/** Attributes and their values: every reader of them agrees on what is well-formed and what it says. */
import { DecodeError } from "../../src/base/errors.ts";
import { decodeKeyValue, encodeKeyValue, formatAnyValue, type AnyValue } from "../../src/wire/otlp/any-value.ts";
import { anyValueText, locateKeyValue } from "../../src/wire/otlp/attribute-text.ts";
import { checkKeyValue, checkStructure } from "../../src/wire/otlp/check-structure.ts";
import { KEY_VALUE } from "../../src/wire/otlp/schema.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes } from "./mutate.ts";
import { accepted, type FuzzTarget } from "./target.ts";

export const attributeValues: FuzzTarget = {
  name: "attribute-values",
  round(random) {
    const bytes = mutateBytes(random, encodeKeyValue(random.pick(["k", "", "http.route"]), randomValue(random, 3)));
    const quick = accepted(() => (checkKeyValue(bytes, 0, bytes.length, KEY_VALUE), true), DecodeError);
    const thorough = accepted(() => (checkStructure(bytes, 0, bytes.length, KEY_VALUE), true), DecodeError);
    if (quick !== thorough) throw new Error("the straight path and the general one disagree on what is well-formed");
    const decoded = accepted(() => decodeKeyValue(bytes), DecodeError);
    if (thorough && decoded === undefined) throw new Error("a well-formed attribute was refused");
    if (!thorough || decoded === undefined) return;
    const { valueStart, valueEnd } = locateKeyValue(bytes, 0, bytes.length);
    const [text, formatted] = [anyValueText(bytes, valueStart, valueEnd), formatAnyValue(decoded.value)];
    if (text !== formatted) throw new Error(`${text} differs from ${formatted}`);
  },
};

function randomValue(random: Random, depth: number): AnyValue {
  switch (random.below(depth > 0 ? 9 : 7)) {
    case 0:
      return random.chance(0.5);
    case 1:
      return BigInt.asIntN(64, BigInt(random.uint64()));
    case 2:
      return random.pick([0, -0.5, NaN, Infinity, random.next()]);
    case 3:
      return random.bytes(random.below(9));
    case 4:
      return null;
    case 7:
      return Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1));
    case 8:
      return new Map(Array.from({ length: random.below(3) }, (_, n) => [`k${n}`, randomValue(random, depth - 1)]));
    default:
      return random.pick(["", "GET", "ünïcode ✓", "x".repeat(random.below(200))]);
  }
}
