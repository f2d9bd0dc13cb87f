/** Reads the keys of a Goldspan kind as typed values with bounds; what is wrong is said with its place and how to write it. */
import { parsePromDuration } from "../../../base/prom-duration.ts";
import { nearest } from "../../../base/suggest.ts";
import { compilePattern } from "../../../base/text-pattern.ts";
import { messageOf, QueryError } from "../../../base/errors.ts";
import { YamlFields, type FieldsSettings } from "../../yaml/yaml-fields.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { Threshold } from "../rule-source.ts";

/** What a number is of; says how it may be written. */
export type ValueUnit = "seconds" | "ratio" | "bytes" | "number";

const EXAMPLES: Readonly<Record<ValueUnit, string>> = {
  seconds: "a duration such as 500ms, or seconds such as 0.5",
  ratio: "a share such as 5% or 0.05",
  bytes: "a size such as 64MiB, or bytes",
  number: "a number such as 10 or 0.5",
};
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

export interface Bounds {
  readonly least?: number;
  readonly most?: number;
}

export class SourceFields {
  readonly #fields: YamlFields;
  readonly #kind: string;
  readonly #settings: FieldsSettings;

  constructor(node: YamlNode, kind: string, settings: FieldsSettings) {
    this.#fields = new YamlFields(node, kind, settings);
    this.#kind = kind;
    this.#settings = settings;
  }

  fail(key: string, message: string): void {
    this.#settings.issues.push({ at: this.#fields.placeOf(key), message: `${this.#kind}.${key}: ${message}` });
  }

  has(key: string): boolean {
    const node = this.#fields.get(key);
    return node !== undefined && node.kind !== "null";
  }

  get(key: string): YamlNode | undefined {
    return this.#fields.get(key);
  }

  text(key: string, fallback = ""): string {
    return this.#fields.text(key) || fallback;
  }

  required(key: string, example: string): string {
    const text = this.#fields.text(key);
    if (text === "" && !this.has(key)) this.fail(key, `is missing; write ${key}: ${example}`);
    return text;
  }

  /** Milliseconds. */
  duration(key: string, fallback: number, { least = 1000, most = 90 * 86_400_000 }: Bounds = {}): number {
    const millis = this.#fields.duration(key);
    if (millis === undefined) return fallback;
    if (millis >= least && millis <= most) return millis;
    this.fail(key, `cannot be ${this.#fields.text(key)}: write ${seconds(least)} to ${seconds(most)}`);
    return fallback;
  }

  value(key: string, unit: ValueUnit, { least = -Infinity, most = Infinity }: Bounds = {}): number | undefined {
    const text = this.#fields.text(key);
    if (text === "") return undefined;
    const value = parseValue(text, unit);
    if (value === undefined) this.fail(key, `cannot read ${JSON.stringify(text)}; write ${EXAMPLES[unit]}`);
    else if (value < least || value > most)
      this.fail(key, `cannot be ${text}: write ${bounds(least, most)}; ${EXAMPLES[unit]}`);
    else return value;
    return undefined;
  }

  threshold(unit: ValueUnit): Threshold {
    if (this.has("above") && this.has("below"))
      this.fail("below", "cannot stand beside above; write two rules for two bounds");
    const [above, below] = [this.value("above", unit), this.value("below", unit)];
    return { ...(above !== undefined && { above }), ...(below !== undefined && above === undefined && { below }) };
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback: T | undefined): T {
    const text = this.#fields.text(key);
    if (text === "" && fallback !== undefined) return fallback;
    const found = choices.find((each) => each === text);
    if (found !== undefined) return found;
    const near = nearest(text, choices);
    const what = text === "" ? "is missing" : `cannot be ${JSON.stringify(text)}`;
    this.fail(key, `${what}; ${near === undefined ? `write ${choices.join(", ")}` : `did you mean ${near}?`}`);
    return fallback ?? choices[0];
  }

  /** An anchored RE2 expression; "" = all. */
  pattern(key: string): string {
    const text = this.#fields.text(key);
    if (text === "" || text === ".*") return "";
    try {
      compilePattern(text);
    } catch (error) {
      this.fail(key, `cannot read the expression ${JSON.stringify(text)}: ${messageOf(error)}`);
    }
    return text;
  }

  /** Each once. */
  names<T extends string>(key: string, choices: readonly T[] | undefined, fallback: readonly T[]): readonly T[] {
    if (!this.has(key)) return fallback;
    const names = [...new Set(this.#fields.texts(key))];
    for (const name of names)
      if (choices && !choices.includes(name as T))
        this.fail(key, `cannot be by ${JSON.stringify(name)}; write ${choices.join(", ")}`);
    return names as T[];
  }

  /** What a language's parser makes of the text under a key; what it refuses is said. */
  parsed<T>(key: string, text: string, parse: (text: string) => T): T | undefined {
    try {
      return parse(text);
    } catch (error) {
      const hint = error instanceof QueryError && error.hint !== undefined ? `; ${error.hint}` : "";
      const at =
        error instanceof QueryError && error.position !== undefined ? ` (at character ${error.position + 1})` : "";
      this.fail(key, `${messageOf(error)}${at}${hint}`);
      return undefined;
    }
  }

  close(): void {
    this.#fields.close();
  }
}

function parseValue(text: string, unit: ValueUnit): number | undefined {
  const plain = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
  if (plain.test(text)) return Number(text);
  if (unit === "ratio") {
    const number = /^(.*?)\s*%$/.exec(text)?.[1];
    return number !== undefined && plain.test(number) ? Number(`${Number(number)}e-2`) : undefined;
  }
  if (unit === "seconds") {
    const millis = parsePromDuration(text);
    return millis === undefined ? undefined : millis / 1000;
  }
  if (unit === "bytes") {
    const found = /^(\d+\.?\d*)\s*([kKMG]i?B|B)$/.exec(text);
    return found && Object.hasOwn(BYTES, found[2]) ? Number(found[1]) * BYTES[found[2]] : undefined;
  }
  return undefined;
}

function seconds(millis: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const;
  const [unit, size] = units.find(([, each]) => millis >= each && millis % each === 0) ?? (["ms", 1] as const);
  return `${millis / size}${unit}`;
}

function bounds(least: number, most: number): string {
  if (most === Infinity) return `${least} or more`;
  return least === -Infinity ? `${most} or less` : `${least} to ${most}`;
}
