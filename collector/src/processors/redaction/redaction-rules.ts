/**
 * The rules of redaction for one key and one value. In: checked configuration; out: what happens to it and why, in the order of the
 * Collector: ignored key, key not allowed, allowed value, blocked key, blocked values. Knows no batches.
 */
import { createHash, createHmac } from "node:crypto";
import { compilePattern } from "../../component/pattern.ts";
import { formatAnyValue, isAnyMap, type AnyValue } from "../../wire/otlp/any-value.ts";
import type { RedactionConfig } from "./config.ts";

/** What was done, as the summary counts it. */
export type Outcome = "ignored" | "redacted" | "allowed" | "masked";

/** Called for each key something was done to; nested keys carry their path. */
export type OnOutcome = (outcome: Outcome, key: string) => void;

/** Undefined = the key and its value are to be removed. The same value = nothing to change. */
export type Redacted = AnyValue | undefined;

/** Where in a record we are. */
interface Scope {
  /** Values that are no strings are looked at, by their text. */
  readonly allTypes: boolean;
  /** Ignored and allowed keys count for the keys of maps, too. */
  readonly allKeyRules: boolean;
  readonly on: OnOutcome;
}

const MASK = "****";

export class RedactionRules {
  readonly #config: RedactionConfig;
  readonly #allowedKeys: ReadonlySet<string>;
  readonly #ignoredKeys: ReadonlySet<string>;
  readonly #ignoredPatterns: readonly RegExp[];
  readonly #blockedKeys: readonly RegExp[];
  readonly #blockedValues: readonly RegExp[];
  readonly #allowedValues: readonly RegExp[];

  constructor(config: RedactionConfig) {
    this.#config = config;
    this.#allowedKeys = new Set(config.allowed_keys);
    this.#ignoredKeys = new Set(config.ignored_keys);
    this.#ignoredPatterns = config.ignored_key_patterns.map((text) => mustCompile(text, "u"));
    this.#blockedKeys = config.blocked_key_patterns.map((text) => mustCompile(text, "u"));
    this.#blockedValues = config.blocked_values.map((text) => mustCompile(text, "gu"));
    this.#allowedValues = config.allowed_values.map((text) => mustCompile(text, "u"));
  }

  /** Whether any text is looked at: without blocked values a body that is a text needs no decoding. */
  get looksAtTexts(): boolean {
    return this.#blockedValues.length > 0;
  }

  /** An attribute. allowed_keys names attributes, not the keys of maps inside them; blocked keys are blocked there, too. */
  redactAttribute(key: string, value: AnyValue, on: OnOutcome): Redacted {
    const scope = { allTypes: this.#config.redact_all_types, allKeyRules: false, on };
    return this.#redactMember(key, key, value, true, scope);
  }

  /** A log body: a map's keys are treated as attributes' are, at every level; anything else is looked at by its text. */
  redactBody(body: AnyValue, on: OnOutcome): AnyValue {
    return this.#redactValue("", body, { allTypes: true, allKeyRules: true, on });
  }

  /**
   * @param path the key with the keys around it, for the summary
   * @param keyRules whether ignored and allowed keys count here
   */
  #redactMember(path: string, key: string, value: AnyValue, keyRules: boolean, scope: Scope): Redacted {
    if (keyRules && (this.#ignoredKeys.has(key) || this.#ignoredPatterns.some((pattern) => pattern.test(key)))) {
      scope.on("ignored", path);
      return value;
    }
    if (keyRules && !this.#config.allow_all_keys && !this.#allowedKeys.has(key)) {
      scope.on("redacted", path);
      return undefined;
    }
    if (this.#blockedKeys.some((pattern) => pattern.test(key)) && !this.#isAllowedValue(value, scope)) {
      scope.on("masked", path);
      return this.#mask(formatAnyValue(value));
    }
    return this.#redactValue(path, value, scope);
  }

  #redactValue(path: string, value: AnyValue, scope: Scope): AnyValue {
    const within = path === "" ? "" : `${path}.`;
    if (isAnyMap(value)) {
      return replaced(value, (key, member) => this.#redactMember(within + key, key, member, scope.allKeyRules, scope));
    }
    if (Array.isArray(value)) return this.#redactList(within, value as readonly AnyValue[], scope);
    return this.#redactScalar(path === "" ? "body" : path, value, scope);
  }

  #redactList(within: string, list: readonly AnyValue[], scope: Scope): AnyValue {
    const items = list.map((item, index) => this.#redactValue(`${within}[${index}]`, item, scope));
    return items.some((item, index) => !Object.is(item, list[index])) ? items : list;
  }

  #redactScalar(path: string, value: AnyValue, scope: Scope): AnyValue {
    if (value === null || (typeof value !== "string" && !scope.allTypes)) return value;
    if (this.#isAllowedValue(value, scope)) {
      scope.on("allowed", path);
      return value;
    }
    const text = formatAnyValue(value);
    const masked = this.#blockedValues.reduce(
      (left, pattern) => left.replace(pattern, (match) => this.#mask(match)),
      text,
    );
    if (masked === text) return value;
    scope.on("masked", path);
    return masked;
  }

  #isAllowedValue(value: AnyValue, { allTypes }: Scope): boolean {
    const looked =
      typeof value === "string" || (allTypes && (typeof value !== "object" || value instanceof Uint8Array));
    if (this.#allowedValues.length === 0 || !looked) return false;
    const text = formatAnyValue(value);
    return this.#allowedValues.some((pattern) => pattern.test(text));
  }

  #mask(text: string): string {
    const { hash_function, hmac_key } = this.#config;
    switch (hash_function) {
      case "":
        return MASK;
      case "sha3":
        return createHash("sha3-256").update(text).digest("hex");
      case "hmac-sha256":
      case "hmac-sha512":
        return createHmac(hash_function.slice("hmac-".length), hmac_key).update(text).digest("hex");
      default:
        return createHash(hash_function).update(text).digest("hex");
    }
  }
}

/** A map with changed and removed members; the map itself when none was. */
function replaced(
  map: ReadonlyMap<string, AnyValue>,
  change: (key: string, value: AnyValue) => Redacted,
): ReadonlyMap<string, AnyValue> {
  const result = new Map<string, AnyValue>();
  let changed = false;
  for (const [key, value] of map) {
    const redacted = change(key, value);
    changed ||= !Object.is(redacted, value);
    if (redacted !== undefined) result.set(key, redacted);
  }
  return changed ? result : map;
}

/** Patterns were checked when the configuration was read. */
function mustCompile(text: string, flags: string): RegExp {
  const compiled = compilePattern(text, flags);
  if (typeof compiled === "string") throw new Error(`cannot compile the pattern "${text}": ${compiled}`);
  return compiled;
}
