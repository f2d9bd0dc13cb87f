/** Random log requests and conditions of few words, so that they meet: texts of every kind, members, maps, odd bytes, all fields. */
import type { LogCondition, TextTest } from "../../src/model/log-condition.ts";
import type { LogField } from "../../src/model/log-field.ts";
import { tokensOf } from "../../src/model/tokens.ts";
import { oracleEncode } from "./oracle.ts";
import type { Random } from "./random.ts";
import { anyValue, at, keyValues, spanIdOf, traceIdOf } from "./simple-otlp.ts";

const WORDS = [
  "timeout",
  "Payment",
  "card_42",
  "größe",
  "日本語",
  "k8s",
  "ERROR",
  "7",
  "1.5",
  "250ms",
  "kelvin",
  "aXb",
  "a",
];
const GAPS = [" ", ", ", "=", "\n", "/", "\\", '"', "<", ": ", "--", "\t", "."];
const KEYS = ["user.id", "http.method", "http.request.method", "a", "b", "a.b", "größe"];
const SERVICES = ["orders", "Payments", "größe", ""];
/** Becomes bytes that are no UTF-8. */
const BROKEN = "@broken@";

/** An encoded request. Each record has an attribute `n` of its own, from `first` on. */
export function randomLogRequest(random: Random, records: number, first: number): Uint8Array {
  const request = {
    resourceLogs: Array.from({ length: 1 + random.below(2) }, () => ({
      resource: { attributes: keyValues({ "service.name": random.pick(SERVICES), ...randomAttributes(random, 1) }) },
      scopeLogs: [
        {
          scope: { name: random.pick(["", "http", "Scope k"]), attributes: keyValues(randomAttributes(random, 1)) },
          logRecords: Array.from({ length: records }, () => randomRecord(random, first++)),
        },
      ],
    })),
  };
  return breakBytes(oracleEncode("logs", request));
}

function randomRecord(random: Random, n: number): object {
  const time = at(random.below(6) * 1000).toString();
  return {
    ...(random.chance(0.8) ? { timeUnixNano: time } : { observedTimeUnixNano: time }),
    severityNumber: random.below(25),
    severityText: random.pick(["", "WARN", "error"]),
    ...(random.chance(0.9) ? { body: randomBody(random) } : {}),
    attributes: keyValues({ ...randomAttributes(random, 3), n }),
    ...(random.chance(0.5) ? { traceId: traceIdOf(1 + random.below(4)), spanId: spanIdOf(random.below(3)) } : {}),
    eventName: random.pick(["", "", "click", "exception"]),
  };
}

function randomBody(random: Random): unknown {
  const kind = random.below(10);
  if (kind < 4) return { stringValue: randomText(random) };
  if (kind === 4) return anyValue(random.pick([7, 1.5, true, "", null, [1, "a"], new Uint8Array([1, 2])]));
  if (kind === 5) return anyValue(randomObject(random, 2));
  // Objects within are told as they are written, with their escapes.
  if (kind === 7) return { stringValue: escaped(JSON.stringify(randomObject(random, 0))) };
  const json = JSON.stringify(randomObject(random, 2));
  if (kind === 6) return { stringValue: json.slice(0, random.below(json.length)) };
  return { stringValue: random.pick([json, json, `${json}\n`, ` ${json}`, `${json}}`]) };
}

/** As encoders write that keep to ASCII or are afraid of HTML. */
function escaped(json: string): string {
  return json.replace(/[^\x20-\x7e]|[<=]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function randomObject(random: Random, depth: number): Record<string, unknown> {
  const members = Array.from(
    { length: random.below(4) },
    () => [random.pick(KEYS), randomMember(random, depth)] as const,
  );
  return Object.fromEntries(members);
}

function randomMember(random: Random, depth: number): unknown {
  if (depth > 0 && random.chance(0.3)) return randomObject(random, depth - 1);
  return random.pick([randomText(random), random.pick(WORDS), 7, 1.5, true, null, [1, "x"], ""]);
}

function randomAttributes(random: Random, most: number): Record<string, unknown> {
  const count = random.below(most + 1);
  return Object.fromEntries(
    Array.from({ length: count }, () => [
      random.pick(KEYS),
      random.pick<unknown>([random.pick(WORDS), randomText(random), 7, 1.5, true, [1, 2]]),
    ]),
  );
}

export function randomText(random: Random): string {
  let text = random.chance(0.2) ? random.pick(GAPS) : "";
  for (let i = random.below(5); i > 0; i--) text += random.pick(WORDS) + (random.chance(0.8) ? random.pick(GAPS) : "");
  return random.chance(0.05) ? `${text}${BROKEN}${random.pick(WORDS)}` : text;
}

/** Of the same length, so that lengths before it stay right. */
function breakBytes(bytes: Uint8Array): Uint8Array {
  const broken = Buffer.from(bytes);
  const mark = Buffer.from(BROKEN);
  const odd = Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xe2, 0x82]);
  for (let i = broken.indexOf(mark); i >= 0; i = broken.indexOf(mark, i)) broken.set(odd, i);
  return broken;
}

export function randomCondition(random: Random, depth = 3): LogCondition {
  const kind = depth === 0 ? 9 : random.below(10);
  const some = () => Array.from({ length: random.below(4) }, () => randomCondition(random, depth - 1));
  if (kind < 2) return { kind: "and", of: some() };
  if (kind < 4) return { kind: "or", of: some() };
  if (kind === 4) return { kind: "not", of: randomCondition(random, depth - 1) };
  if (kind === 5) {
    const least = random.below(25);
    return { kind: "severity", least, most: least + random.below(10) };
  }
  const field = randomField(random);
  return { kind: "field", field, test: randomTest(random, field) };
}

function randomField(random: Random): LogField {
  const kind = random.pick([
    "body",
    "body",
    "attribute",
    "attribute",
    "service",
    "level",
    "severity_text",
    "event_name",
    "scope",
    "trace_id",
    "span_id",
  ] as const);
  return kind === "attribute" ? { kind, key: random.pick(KEYS) } : { kind };
}

function randomTest(random: Random, field: LogField): TextTest {
  if (random.chance(0.1)) return { kind: "exists" };
  if (random.chance(0.6)) {
    const own: Partial<Record<LogField["kind"], string>> = {
      service: random.pick(SERVICES),
      level: random.pick(["error", "info", ""]),
      severity_text: "WARN",
      event_name: "click",
      scope: "Scope k",
      trace_id: traceIdOf(1 + random.below(4)).toString("hex"),
      span_id: spanIdOf(random.below(3)).toString("hex"),
    };
    const text = own[field.kind];
    if (text !== undefined) return { kind: "equals", text };
  }
  const text = random.chance(0.5) ? randomText(random) : random.pick(WORDS);
  const operator = random.pick(["=", "<", "<=", ">", ">="] as const);
  const ignoreCase = random.chance(0.5);
  switch (random.below(7)) {
    case 0:
      return { kind: "equals", text };
    case 1:
      return { kind: "words", words: tokensOf(text) };
    case 2:
      return { kind: "phrase", words: tokensOf(text) };
    case 3: {
      const start = random.below(text.length + 1);
      const part = text.slice(start, start + 1 + random.below(8));
      return { kind: "contains", text: ignoreCase ? part.toUpperCase() : part, ignoreCase };
    }
    case 4:
      return { kind: "number", operator, value: random.pick([1.5, 7, 0]) };
    case 5:
      return { kind: "duration", operator, nanos: random.pick([250e6, 1.5e6, 7e9]), unitNanos: 1e6 };
    default: {
      const pattern = random.pick([
        "time.*out",
        "a.b",
        "(?i)PAYMENT",
        "^7$",
        "card_\\d+",
        "(timeout|k8s)[ =]",
        "größe.",
        "kel+vin",
        "\\bERROR\\b",
        '"a":.7',
        "x?b",
        " k8s, ",
        "[\\s\\S]*日本",
      ]);
      return { kind: "regex", pattern, ignoreCase, whole: random.chance(0.2) };
    }
  }
}
