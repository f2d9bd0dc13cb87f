/** The one-pass JSON scanner against a full parser: the same bytes, or it gives up; and what is refused is refused politely. */
import { DecodeError } from "../../src/base/errors.ts";
import { scanJson } from "../../src/wire/otlp/json-scanner.ts";
import { decodeJson, parseAndEncode } from "../../src/wire/otlp/json-to-protobuf.ts";
import { REQUESTS } from "../../src/wire/otlp/schema.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import { jsonPayload } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

const WORDS = [
  ...`{ } [ ] , : " \\ null true false 0 -0 -1 01 1.0 1e3 1E-400 1e400 "1" "-" "NaN" "-Infinity" 18446744073709551615`.split(
    " ",
  ),
  ...`9223372036854775808 "9223372036854775808" -9223372036854775808 9007199254740993 0.1 123456789.123456789 "1e2"`.split(
    " ",
  ),
  ...String.raw`\u0000 \ud83d \ude00 \ud83d\ude00 \/ \n \x "name": "kind": "attributes": "intValue": "doubleValue":`.split(
    " ",
  ),
  ...String.raw`"bytesValue": "_-8=" "__proto__":{} "traceId":"" {"low":1,"high":2} "n\u0061me":"" é 😀`.split(" "),
  " ",
  "\t",
  "\n",
  "\ufeff",
  "[".repeat(120),
];

export const otlpJson: FuzzTarget = {
  name: "otlp-json",
  round(random) {
    const signal = random.pick(["traces", "traces", "logs", "metrics"] as const);
    const spec = REQUESTS[signal];
    const original = jsonPayload(random, signal);
    const body = random.chance(0.8)
      ? Buffer.from(mutateText(random, Buffer.from(original).toString(), WORDS))
      : mutateBytes(random, original);
    const scanned = scanJson(body, spec);
    const parsed = accepted(() => parseAndEncode(body, spec), DecodeError);
    if (scanned && !parsed) throw new Error(`scanned, and refused by the parser: ${body.toString()}`);
    if (scanned && !Buffer.from(scanned).equals(parsed as Uint8Array)) throw new Error(`differs: ${body.toString()}`);
    accepted(() => decodeJson(body, spec), DecodeError);
  },
};
