/** The fields of config-schema.ts, any-field.ts, ignored-field.ts and refused-field.ts, each read from YAML. */
import { expect, test } from "vitest";
import { readConfig, tryConfig } from "../../test/kit/read-config.ts";
import { anyValue } from "./any-field.ts";
import {
  boolean,
  durationMillis,
  integer,
  list,
  map,
  maybe,
  number,
  object,
  optional,
  required,
  secret,
  sizeBytes,
  string,
  type Field,
} from "./config-schema.ts";
import { ignored } from "./ignored-field.ts";
import { refused } from "./refused-field.ts";

function check(field: Field<unknown>, yaml: string, expected: unknown): void {
  expect(readConfig(field, yaml)).toEqual(expected);
}

function checkRefused(field: Field<unknown>, yaml: string, ...expected: string[]): void {
  expect(tryConfig(field, yaml).issues).toEqual(expected);
}

test("a text takes any scalar as it was written", () => {
  check(string(), "abc", "abc");
  check(string(), "0123", "0123");
  check(string(), "1.50", "1.50");
  check(string(), "true", "true");
  check(string({ default: "x" }), "", "x");
  check(string({ default: "x" }), "~", "x");
  check(string({ default: "x" }), '""', "");
  checkRefused(string(), "[a]", "expected a string, got a list");
  checkRefused(
    string({ oneOf: ["basic", "normal"] }),
    "nomal",
    'expected one of basic, normal, got "nomal"; did you mean "normal"?',
  );
});

test("numbers, switches, durations and sizes", () => {
  check(integer(), "0x10", 16);
  check(integer(), "0123", 83);
  check(integer(), "1_000", 1000);
  check(number(), "-1.5e3", -1500);
  check(boolean(), "True", true);
  check(durationMillis(), "1h30m", 5_400_000);
  check(durationMillis({ default: "200ms" }), "", 200);
  check(sizeBytes(), "10GiB", 10 * 2 ** 30);
  check(sizeBytes(), "512", 512);
  checkRefused(integer({ min: 1 }), "0", "expected a whole number of at least 1, got 0");
  checkRefused(integer(), "1.5", "expected a whole number, got 1.5");
  checkRefused(boolean(), "yes", 'expected true or false, got "yes"');
  checkRefused(
    durationMillis(),
    "5",
    "expected a duration, got 5; write a number and a unit, as in 200ms, 30s, 5m, 1h30m or 7d",
  );
  checkRefused(
    sizeBytes(),
    "5 apples",
    'expected a size, got "5 apples"; write a number and a unit, as in 512MiB or 10GiB',
  );
});

test("lists take a, b as well", () => {
  check(list(string()), "[a, 1]", ["a", "1"]);
  check(list(string()), "a, b", ["a", "b"]);
  check(list(integer()), "7", [7]);
  check(list(string()), "", []);
  checkRefused(
    list(object({ a: string() })),
    "x",
    'expected a list, got "x"; write it as [a, b] or with a dash before each entry',
  );
  checkRefused(list(integer()), "[1, x]", '[1]: expected a whole number, got "x"');
});

test("maps with free and with known keys", () => {
  check(map(integer()), "{a: 1, b: 2}", { a: 1, b: 2 });
  const address = object({ host: string({ default: "localhost" }), port: required(integer()) });
  check(address, "port: 1", { host: "localhost", port: 1 });
  checkRefused(address, "", "port: a value is required; give it a integer");
  checkRefused(address, "{port: 1, hots: x}", 'hots: unknown key "hots"; did you mean "host"?');
  checkRefused(address, "[1]", "expected a map, got a list", "port: a value is required; give it a integer");
  checkRefused(object({}), "a: 1", 'a: unknown key "a"; it takes no keys');
});

test("null switches on what is optional and leaves out what may be missing", () => {
  const fields = object({ grpc: optional(object({ port: integer({ default: 4317 }) })), tls: maybe(object({})) });
  check(fields, "grpc:", { grpc: { port: 4317 }, tls: undefined });
  check(fields, "tls:", { grpc: undefined, tls: undefined });
  check(fields, "tls: {}", { grpc: undefined, tls: {} });
});

test("rules over several keys run once each key is right", () => {
  const range = object(
    { min: integer(), max: integer() },
    { check: (value, fail) => value.min > value.max && fail("min", "is above max") },
  );
  checkRefused(range, "{min: 2, max: 1}", "min: is above max");
  checkRefused(range, "{min: x, max: 1}", 'min: expected a whole number, got "x"');
});

test("secrets are not repeated in errors", () => {
  checkRefused(secret(), "[hunter2]", "expected a string, got another value");
});

test("any value keeps its type", () => {
  check(anyValue(), "1", 1n);
  check(anyValue(), "1.0", 1);
  check(anyValue(), "9007199254740993", 9007199254740993n);
  check(anyValue(), "0x1f", 31n);
  check(anyValue(), "1e3", 1000);
  check(anyValue(), '"1"', "1");
  check(anyValue(), "true", true);
  check(anyValue(), "[a, {b: 1}]", ["a", { b: 1n }]);
  check(anyValue(), "", undefined);
});

test("keys of the Collector without effect warn, and those that cannot be honoured are refused", () => {
  const field = object({
    sending_queue: ignored("it is written at once"),
    tls: refused("there is none", "leave it out"),
  });
  expect(tryConfig(field, "sending_queue: {enabled: true}")).toMatchObject({
    issues: [],
    warnings: ["sending_queue: has no effect: it is written at once"],
  });
  checkRefused(field, "tls: {cert_file: x}", "tls: is not supported: there is none; leave it out");
  checkRefused(field, "tls: {}");
});
