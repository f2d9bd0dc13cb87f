/**
 * Expansion of `${…}`: the behaviour the Collector's own tests describe (confmap/internal/e2e and confmap/expand_test.go), as tables.
 * Where we differ on purpose it is said so.
 */
import { expect, test } from "vitest";
import { anyValue } from "../component/any-field.ts";
import { boolean, integer, list, string, type Field } from "../component/config-schema.ts";
import type { ConfigIssue, ConfigNode } from "../component/config-node.ts";
import { formatIssue } from "./config-error.ts";
import { expandTree } from "./expand.ts";
import { parseYaml } from "./yaml-tree.ts";

type Variables = Record<string, string>;
interface Around {
  variables?: Variables;
  files?: Record<string, string>;
}

function expand(yaml: string, { variables = {}, files = {} }: Around = {}) {
  const issues: ConfigIssue[] = [];
  const warnings: ConfigIssue[] = [];
  const readFile = (path: string) => {
    if (path in files) return files[path];
    throw Object.assign(new Error("missing"), { code: "ENOENT" });
  };
  const { node } = parseYaml(yaml, "main.yaml");
  const tree = expandTree(node, { variables, readFile }, { issues, warnings });
  return { tree, issues: issues.map(formatIssue), warnings: warnings.map(formatIssue) };
}

/** What the key `field` is to a field of some type. */
function check(field: Field<unknown>, yaml: string, around: Around, expected: unknown): void {
  const { tree, issues } = expand(yaml, around);
  expect(issues).toEqual([]);
  expect(read(field, tree).value, yaml).toEqual(expected);
}

function read(field: Field<unknown>, tree: ConfigNode): { value: unknown; issues: ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  const node = tree.kind === "map" ? tree.entries.get("field")?.node : undefined;
  return { value: field.read(node, { path: "field", issues }), issues };
}

const WHOLE = "field: ${env:ENV}";
const INLINE = 'field: "inline field with ${env:ENV} expansion"';

/** Direct, and through a second variable. */
function checkVariable(field: Field<unknown>, value: string, expected: unknown, yaml = WHOLE): void {
  check(field, yaml, { variables: { ENV: value, ENV_VALUE: "testreceiver" } }, expected);
  check(field, yaml, { variables: { ENV: "${env:ENV2}", ENV2: value, ENV_VALUE: "testreceiver" } }, expected);
}

test("a whole value is YAML for other fields and the original text for texts", () => {
  checkVariable(integer(), "123", 123);
  checkVariable(string(), "123", "123");
  checkVariable(integer(), "0123", 83);
  checkVariable(string(), "0123", "0123");
  checkVariable(integer(), "0xdeadbeef", 3735928559);
  checkVariable(string(), "0xdeadbeef", "0xdeadbeef");
  checkVariable(string(), '"0123"', '"0123"');
  checkVariable(string(), "!!str 0123", "!!str 0123");
  checkVariable(string(), "1111:1111:1111:1111:1111::", "1111:1111:1111:1111:1111::");
  checkVariable(string(), "2023-03-20T03:17:55.432328Z", "2023-03-20T03:17:55.432328Z");
  checkVariable(boolean(), "true # with a ${env:hello.world} reference", true);
  checkVariable(string(), '["a",', '["a",');
  checkVariable(list(string()), "[filelog,windowseventlog/application]", ["filelog", "windowseventlog/application"]);
  checkVariable(string(), "[filelog,windowseventlog/application]", "[filelog,windowseventlog/application]");
  checkVariable(string(), "null", "null");
});

test("inside a longer text the original text is put in", () => {
  for (const text of ["123", "0123", "0xdeadbeef", '"0123"', "!!str 0123", '{"field": 123}', '["a",', "[filelog,x/y]"])
    checkVariable(string(), text, `inline field with ${text} expansion`, INLINE);
});

test("$$ is a $, and escapes a reference", () => {
  for (const [value, expected] of [
    ["$$ENV", "$ENV"],
    ["$${ENV}", "${ENV}"],
    ["$${env:ENV}", "${env:ENV}"],
    ["[filelog,${env:ENV_VALUE}]", "[filelog,testreceiver]"],
    ["[filelog,${ENV_VALUE}]", "[filelog,testreceiver]"],
    ['["filelog","$${ENV_VALUE}"]', '["filelog","${ENV_VALUE}"]'],
    ['["filelog","$ENV_VALUE"]', '["filelog","$ENV_VALUE"]'],
  ]) {
    checkVariable(string(), value, expected);
  }
  check(string(), "field: a $$ENV b", {}, "a $ENV b");
  check(string(), "field: $ENV", { variables: { ENV: "x" } }, "$ENV");
});

test("an escaped reference does not keep a later one from being replaced", () => {
  // The Collector stops looking at the first escaped reference.
  check(string(), "field: $${A} ${B}", { variables: { B: "b" } }, "${A} b");
  check(string(), "field: ${B} $${B}", { variables: { B: "b" } }, "b ${B}");
});

test("references nest, and what they stand for may hold references", () => {
  const variables = { A: "The value ${env:B} is wrapped", B: "The value ${env:C} is wrapped", C: "123" };
  check(string(), "field: ${env:A}", { variables }, "The value The value 123 is wrapped is wrapped");
  check(string(), "field: ${env:${env:NAME}}", { variables: { NAME: "C", C: "x" } }, "x");
  check(string(), "field: ${yaml:1${yaml:2${yaml:3}}}", {}, "123");
  const maps = {
    ENV: '{env: "${env:ENV2}", inline: "inline ${env:ENV2}"}',
    ENV2: '{env2: "${env:ENV3}"}',
    ENV3: "{value: 123}",
  };
  check(
    anyValue(),
    WHOLE,
    { variables: maps },
    { env: { env2: { value: 123n } }, inline: 'inline {env2: "{value: 123}"}' },
  );
  check(
    string(),
    WHOLE,
    { variables: maps },
    '{env: "{env2: "{value: 123}"}", inline: "inline {env2: "{value: 123}"}"}',
  );
});

test("braces that are no reference stay", () => {
  const variables = { HOST: "localhost", PORT: "3044", OS: "ubuntu" };
  for (const [text, expected] of [
    ["${HOST}:${PORT}", "localhost:3044"],
    ["${HOST}:$PORT", "localhost:$PORT"],
    ["env:HOST}", "env:HOST}"],
    ["${HOST", "${HOST"],
    ["HO{ST}", "HO{ST}"],
    ["env:HOST}${env:PORT", "env:HOST}${env:PORT"],
    ["env:HOST}${env:PORT}", "env:HOST}3044"],
    ["${env:HOST}env:PORT}", "localhostenv:PORT}"],
    ["${env:HOST${env:PORT}", "${env:HOST3044"],
    ["${env:HOST}${env:PORT", "localhost${env:PORT"],
    ["${env:HOST}}}}}}${env:PORT?os=${env:OS}", "localhost}}}}}${env:PORT?os=ubuntu"],
    ["${env:HOST}${${${${${env:PORT}?os=${env:OS}", "localhost${${${${3044?os=ubuntu"],
  ]) {
    check(string(), `field: '${text}'`, { variables }, expected);
  }
});

test("an unset variable is empty, with one warning; a default is taken when it is unset", () => {
  check(string({ default: "x" }), WHOLE, {}, "");
  check(integer({ default: 7 }), WHOLE, {}, 7);
  check(integer({ default: 7 }), WHOLE, { variables: { ENV: "" } }, 7);
  check(string(), "field: ${env:ENV:-fallback}", {}, "fallback");
  check(integer(), "field: ${ENV:-5}".replace("ENV", "env:ENV"), {}, 5);
  check(string(), "field: ${env:ENV:-fallback}", { variables: { ENV: "set" } }, "set");
  check(string({ default: "x" }), "field: ${env:ENV:-}", {}, "");
  expect(expand("a: ${env:ENV}\nb: [1, '${env:ENV} ']").warnings).toEqual([
    "main.yaml:1: a: the environment variable ENV is not set; it counts as empty",
  ]);
});

test("files are read as values and as sections", () => {
  const files = { "token.txt": "s3cret\n", "debug.yaml": "# ${hello.world}\ndebug:\n  verbosity: detailed\n" };
  check(string(), "field: ${file:token.txt}", { files }, "s3cret");
  check(string(), 'field: "Bearer ${file:token.txt}"', { files }, "Bearer s3cret");
  check(anyValue(), "field: ${file:debug.yaml}", { files }, { debug: { verbosity: "detailed" } });
  check(anyValue(), "field: ${file:${env:DIR}/x}", { variables: { DIR: "d" }, files: { "d/x": "[1]" } }, [1n]);
});

test("values keep the place of their reference, and a file's content its own", () => {
  const { tree } = expand("a: 1\nb: ${env:LIST}\nc: ${file:f.yaml}", {
    variables: { LIST: "[\n1,\n2]" },
    files: { "f.yaml": "# first line\nkey: value" },
  });
  const entries = tree.kind === "map" ? tree.entries : new Map();
  expect(entries.get("b")?.node.items[1].at).toEqual({ file: "main.yaml", line: 2 });
  expect(entries.get("c")?.node.entries.get("key").at).toEqual({ file: "f.yaml", line: 2 });
});

function checkRefused(yaml: string, around: Around, expected: string): void {
  expect(expand(yaml, around).issues).toEqual([`main.yaml:1: field: ${expected}`]);
}

test("says why a reference cannot be replaced", () => {
  checkRefused("field: ${file:nowhere.yaml}", {}, 'cannot read the file "nowhere.yaml": there is no such file');
  checkRefused("field: ${http:x}", {}, 'the scheme "http" is not known; use file, env, yaml or builtin');
  checkRefused(
    "field: ${env:a.b}",
    {},
    'the environment variable "a.b" has an invalid name; it holds letters, digits and _ and does not begin with a digit',
  );
  checkRefused("field: '${yaml:$x}'", {}, "${yaml:$x} holds a $, which must not stand inside a reference");
  checkRefused("field: '${:x}'", {}, "${:x} is no reference; write ${env:NAME}, ${file:path} or ${yaml:text}");
  checkRefused(WHOLE, { variables: { ENV: "${env:ENV}" } }, "${env:ENV} leads to itself: stopped after 1000 rounds");
  const doubling = { ENV: "${env:ENV}${env:ENV}" };
  checkRefused(WHOLE, { variables: doubling }, "becomes longer than 1048576 characters when ${env:ENV} is put in");
});

test("a file that includes itself is reported once", () => {
  const files = { "f.yaml": "a: ${file:f.yaml}\nb: ${file:f.yaml}\n" };
  checkRefused("field: ${file:f.yaml}", { files }, "holds references nested more than 50 deep: ${file:f.yaml}");
});

test("a broken file is reported where it is broken", () => {
  const { issues } = expand("field: ${file:f.yaml}", { files: { "f.yaml": "a: 1\nb: [\n" } });
  expect(issues).toEqual([
    "f.yaml:3: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ]);
});
