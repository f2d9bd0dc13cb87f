/**
 * Every key of every component's schema is written down where people look: in otel-config.yaml, active or commented out, or in the component's
 * README. And otel-config.yaml has no key that no schema knows, in its comments neither.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { factories } from "../src/components.ts";
import type { Field, FieldDoc } from "../src/component/config-schema.ts";
import { SECTION_OF } from "../src/config/factory-index.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What is commented out counts: a line that is a key, or a continuation of one, behind its mark. */
function uncommented(text: string): string {
  return text.replace(/^( *)# ?( *(?:- )?[\w./]+:(?: .*)?)$/gm, "$1$2");
}

type Tree = Readonly<Record<string, unknown>>;
const SHIPPED = parse(uncommented(readFileSync(join(ROOT, "otel-config.yaml"), "utf8")), { uniqueKeys: false }) as Tree;

interface Place {
  /** As people write it: protocols.grpc.endpoint. */
  readonly path: readonly string[];
  readonly doc: FieldDoc;
}

/** Keys with keys in them by these alone; a group that several places share (tls) only where it is first. */
function keysOf(field: Field<unknown>, known: Set<unknown>, path: readonly string[] = []): Place[] {
  const fields = field.doc.fields ?? field.doc.item?.doc.fields;
  if (!fields || known.has(fields)) return path.length === 0 ? [] : [{ path, doc: field.doc }];
  known.add(fields);
  return Object.entries(fields).flatMap(([key, inner]) => keysOf(inner, known, [...path, key]));
}

/** The members of all maps and lists on the way. */
function has(tree: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (Array.isArray(tree)) return tree.some((each) => has(each, [key, ...rest]));
  return tree !== null && typeof tree === "object" && Object.hasOwn(tree, key) && has((tree as Tree)[key], rest);
}

function isWritten(readme: string, { path }: Place): boolean {
  const names = [...readme.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code.split(/[\s,:={}]+/));
  // The last two keys tell it apart, or the last alone where it is of several words; a key at the top stands for itself.
  const suffix = path.slice(-2).join(".");
  const plain = names.map((name) => name.replaceAll("[]", ""));
  return plain.some(
    (name) =>
      name === path.join(".") ||
      name.startsWith(`${path.join(".")}.`) ||
      name.endsWith(suffix) ||
      (name.includes("_") && name === path.at(-1)),
  );
}

function examplesOf(readme: string): Tree[] {
  return [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
    ([, yaml]) => parse(uncommented(yaml), { uniqueKeys: false }) as Tree,
  );
}

const shared = new Set<unknown>();
const components = factories.map((factory) => {
  const section = SECTION_OF[factory.kind];
  return { name: `${section}/${factory.type}`, section, factory, keys: keysOf(factory.config, shared) };
});

test.each(components)("every key of $name is written down", ({ section, factory, keys, name }) => {
  const readme = readFileSync(join(ROOT, "collector/src", name, "README.md"), "utf8");
  const examples = [SHIPPED, ...examplesOf(readme)];
  const missing = keys.filter(
    (place) => !isWritten(readme, place) && !examples.some((tree) => has(tree, [section, factory.type, ...place.path])),
  );
  expect(missing.map(({ path }) => path.join("."))).toEqual([]);
});

test("otel-config.yaml has no key that its component doesn't know", () => {
  const check = (tree: unknown, field: Field<unknown>, path: string): string[] => {
    const { fields, item } = field.doc;
    if (Array.isArray(tree)) return item ? tree.flatMap((each) => check(each, item, path)) : [];
    if (tree === null || typeof tree !== "object" || !fields) return [];
    return Object.entries(tree).flatMap(([key, value]) =>
      Object.hasOwn(fields, key) ? check(value, fields[key], `${path}.${key}`) : [`${path}.${key}`],
    );
  };
  const unknown = factories.flatMap(({ kind, type, config }) => {
    const section = (SHIPPED[SECTION_OF[kind]] ?? {}) as Tree;
    return Object.hasOwn(section, type) ? check(section[type], config, `${SECTION_OF[kind]}.${type}`) : [];
  });
  expect(unknown).toEqual([]);
  // What is commented out was read as well.
  expect(has(SHIPPED, ["receivers", "otlp", "protocols", "grpc", "tls", "cert_file"])).toBe(true);
  expect(has(SHIPPED, ["receivers", "syslog", "tcp", "listen_address"])).toBe(true);
});
