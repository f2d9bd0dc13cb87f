/** What a store is asked for only ever narrows: random queries come to the same as over every record. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../../test/kit/random.ts";
import { randomLogRequest } from "../../../../test/kit/random-logs.ts";
import { engines } from "../../../../test/kit/stores.ts";
import { EVERY_LOG, type LogCondition } from "../../../model/log-condition.ts";
import { decodeBody } from "../../../wire/decode-body.ts";
import { newCounts, parseLogSelector, parseQuery, runInstantMetric, runLogQuery, type LogReader } from "../engine.ts";
import { conditionOf } from "./condition.ts";

const NAMES = (
  "service_name detected_level deployment_environment_name user_id http_method http_request_method a b a_b gr__e trace_id " +
  "span_id severity_text severity_number event_name scope_name n nothing"
).split(" ");
const VALUES = (
  "orders Payments größe unknown_service error warn info unknown timeout 7 1.5 250ms a aXb WARN click exception http true " +
  "00000000000000000000000000000001 0000000000000001"
).split(" ");
const LINES = ["timeout", "card_42", "größe", "Payment", "a", "7", ":", "\n", "", "kelvin", "e"];

function randomText(random: Random, operator: string): string {
  const value = random.pick(VALUES);
  if (operator !== "=~" && operator !== "!~") return value;
  return random.pick([
    value,
    `${value}|${random.pick(VALUES)}`,
    ".+",
    ".*",
    `${value.slice(0, 2)}.*`,
    `(?i)${value}`,
    `${value}?`,
  ]);
}

function randomMatcher(random: Random): string {
  const operator = random.pick(["=", "=", "!=", "=~", "!~"]);
  return `${random.pick(NAMES)}${operator}${JSON.stringify(randomText(random, operator))}`;
}

function randomFilter(random: Random, depth = 0): string {
  if (depth < 2 && random.chance(0.3))
    return `(${randomFilter(random, depth + 1)} ${random.pick(["and", "or"])} ${randomFilter(random, depth + 1)})`;
  if (random.chance(0.2))
    return `${random.pick(NAMES)} ${random.pick([">", "<=", "==", "!="])} ${random.pick(["7", "1.5", "250ms", "2KB"])}`;
  return randomMatcher(random);
}

function randomStage(random: Random): string {
  const line = () => JSON.stringify(random.pick(LINES));
  switch (random.below(7)) {
    case 0:
      return `${random.pick(["|=", "!="])} ${line()} or ${line()}`;
    case 1:
      return `${random.pick(["|~", "!~"])} ${JSON.stringify(random.pick(["t.m", "(?i)PAYMENT", "^a", "[0-9]+$", "größe|x", "a.*b", "", "7?"]))}`;
    case 2:
      return `${random.pick(["|>", "!>"])} ${JSON.stringify(random.pick(["<_>a<_>", "a<_>", "<_>"]))}`;
    case 3:
      return random.pick([
        "| json",
        "| logfmt",
        '| line_format "timeout"',
        '| drop a | n=~".*"',
        "| label_format b=a",
        '| keep a, service_name | n=~".*"',
      ]);
    case 4:
      return `${random.pick(["|=", "!="])} ${line()}`;
    default:
      return `| ${randomFilter(random)}`;
  }
}

/** A selector that asks for something, with stages. */
function randomQuery(random: Random): string {
  const matchers = ['service_name=~".+"', ...Array.from({ length: random.below(3) }, () => randomMatcher(random))];
  return [`{${matchers.join(",")}}`, ...Array.from({ length: random.below(4) }, () => randomStage(random))].join(" ");
}

describe("what a store is asked for", () => {
  for (const { name, open } of engines())
    it(`leaves nothing out, over ${name}`, async () => {
      const store = open();
      try {
        const random = new Random(20_261);
        for (let i = 0; i < 12; i++) {
          const body = {
            bytes: randomLogRequest(random, 8, i * 16),
            encoding: "protobuf",
            compression: "none",
          } as const;
          await store.writer.append(decodeBody("logs", body, 1e9).batch);
        }
        const { reader } = store;
        const whole: LogReader = {
          suggestAttributes: (...request) => reader.suggestAttributes(...request),
          scanLogs: (scan, ...rest) => reader.scanLogs({ ...scan, condition: EVERY_LOG }, ...rest),
        };
        let found = 0;
        for (let i = 0; i < 80; i++) {
          const query = randomQuery(random);
          const logs = parseLogSelector(query);
          const search = async (from: LogReader) => {
            const range = { start: 0n, end: 2n ** 63n };
            const entries = await runLogQuery(
              { reader: from, logs, range, direction: "forward", limit: 10_000 },
              newCounts(),
            );
            return entries.map(({ timeNanos, line, labels }) => `${timeNanos} ${line} ${labels.join(",")}`).sort();
          };
          const all = await search(whole);
          expect(await search(reader), query).toEqual(all);
          found += all.length;
          // The quick way of counting comes to the same.
          const counted = parseQuery(`sum(count_over_time(${query} | drop __error__ [10000d]))`);
          if (counted.kind !== "metric") throw new Error("no metric query");
          const at = 1_767_300_000_000_000_000n;
          const value = await runInstantMetric({ reader, query: counted, startNanos: at }, newCounts());
          const count = value.type === "vector" ? (value.samples[0]?.value ?? 0) : NaN;
          expect(count, query).toBe(all.length);
        }
        expect(found).toBeGreaterThan(500);
      } finally {
        await store.close();
      }
    });

  it("is what an index can use", () => {
    const check = (query: string, ...expected: LogCondition[]) =>
      expect(conditionOf(parseLogSelector(query), []), query).toEqual({ kind: "and", of: expected });
    const any = (...of: LogCondition[]): LogCondition => ({ kind: "or", of });
    const service = (text: string): LogCondition => ({
      kind: "field",
      field: { kind: "service" },
      test: { kind: "equals", text },
    });
    const line = (text: string): LogCondition => ({
      kind: "field",
      field: { kind: "body" },
      test: { kind: "contains", text, ignoreCase: false },
    });
    const attribute = (key: string, text: string): LogCondition => ({
      kind: "field",
      field: { kind: "attribute", key },
      test: { kind: "equals", text },
    });
    check('{service_name="a"}', any(service("a")));
    check('{service_name=~"a|b"} |= "x" or "y" != "z"', any(service("a"), service("b")), any(line("x"), line("y")), {
      kind: "not",
      of: any(line("z")),
    });
    check('{service_name=~".+"} | user_id="7"', any(attribute("user.id", "7"), attribute("user_id", "7")));
    const trace: LogCondition = { kind: "field", field: { kind: "trace_id" }, test: { kind: "equals", text: "ab" } };
    check('{service_name=~".+"} | trace_id="ab"', any(trace, attribute("trace.id", "ab"), attribute("trace_id", "ab")));
    // A parser may make a label of that name; the line stays what it was.
    check('{service_name=~".+"} | json | user_id="7" |= "x"', any(line("x")));
    check('{service_name=~".+"} | line_format "y" |= "x"');
    // Absent labels meet it.
    check('{service_name=~".+"} | user_id!="7" | user_id=""');
    check(
      '{detected_level="error"}',
      any({ kind: "severity", least: 17, most: 20 }, { kind: "severity", least: 0, most: 0 }),
    );
  });
});
