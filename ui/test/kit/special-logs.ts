/**
 * Lines of no trace that a page must survive: markup, a terminal's colours, text that runs backwards, a JSON body, a map as body, a stack
 * trace, a megabyte. Data only; the mock shows them and the real collector is sent them.
 */
import type { WireAnyValue } from "goldspan/contract";
import { toKeyValues, type PlainAttributes } from "./otlp-values.ts";
import { shopVersion } from "./shop-services.ts";
import { toNanoText, type ShopLog } from "./trace-generator.ts";

export const STRANGE_SERVICE = "shipping";
const LARGE_BYTES = 1 << 20;

const JSON_BODY = JSON.stringify({
  msg: "label printed",
  parcel: { id: "pc-1009", weight_g: 1240, hazards: [] },
  duration_ms: 83.5,
});

const STACK = [
  "java.lang.IllegalStateException: carrier refused the parcel",
  "\tat com.shop.shipping.CarrierClient.send(CarrierClient.java:88)",
  "\tat com.shop.shipping.Dispatcher.dispatch(Dispatcher.java:41)",
  "\tat java.base/java.lang.Thread.run(Thread.java:1583)",
].join("\n");

interface Line {
  readonly body: WireAnyValue;
  readonly severity: number;
  readonly attributes?: PlainAttributes;
}

const LINES: readonly Line[] = [
  {
    body: { stringValue: '<script>alert("x")</script><b>bold</b> is text' },
    severity: 9,
    attributes: { oddity: "markup" },
  },
  {
    body: { stringValue: "\u001b[31;1mred\u001b[0m alert\u0007 from a terminal" },
    severity: 13,
    attributes: { oddity: "terminal" },
  },
  { body: { stringValue: "invoice \u202Egpj.exe\u202C opened" }, severity: 9, attributes: { oddity: "bidi" } },
  { body: { stringValue: JSON_BODY }, severity: 9, attributes: { oddity: "json" } },
  {
    body: {
      kvlistValue: {
        values: toKeyValues({ event: "parcel.weighed", grams: 1240 }),
      },
    },
    severity: 5,
    attributes: { oddity: "map" },
  },
  {
    body: { stringValue: "carrier refused the parcel" },
    severity: 17,
    attributes: {
      oddity: "exception",
      "exception.type": "java.lang.IllegalStateException",
      "exception.message": "carrier refused the parcel",
      "exception.stacktrace": STACK,
    },
  },
  {
    body: { stringValue: `large ${"0123456789abcdef ".repeat(LARGE_BYTES / 17)}` },
    severity: 9,
    attributes: { oddity: "large" },
  },
];

/** In the minutes before `now`, a few seconds apart. */
export function specialLogs(now: number): ShopLog[] {
  return LINES.map(({ body, severity, attributes }, index) => {
    const time = now - 8 * 60_000 + index * 7000;
    return {
      service: STRANGE_SERVICE,
      version: shopVersion(STRANGE_SERVICE, true),
      time,
      record: {
        timeUnixNano: toNanoText(time),
        observedTimeUnixNano: toNanoText(time + 2),
        severityNumber: severity,
        severityText: ["", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"][Math.ceil(severity / 4)],
        body,
        attributes: toKeyValues({ "logger.name": "shop.shipping", ...attributes }),
      },
    };
  });
}
