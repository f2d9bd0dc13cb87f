/**
 * A field that takes any YAML value and keeps its type: for `value:` of an attribute. In: a ConfigNode; out: plain data that can
 * be sent to another thread. Knows nothing of attributes.
 */
import type { ConfigNode } from "./config-node.ts";
import type { Field } from "./config-schema.ts";

/** A YAML value: whole numbers are bigints, so that `1` and `1.0` stay apart and 64 bits stay exact. Undefined = nothing was given. */
export type ConfigValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** Absent or null = undefined. */
export function anyValue(options: { doc?: string } = {}): Field<ConfigValue | undefined> {
  return {
    doc: { type: "any value", text: options.doc ?? "" },
    read: (node) => (node === undefined || node.kind === "null" ? undefined : valueOf(node)),
  };
}

function valueOf(node: ConfigNode): ConfigValue {
  switch (node.kind) {
    case "null":
      return null;
    case "list":
      return node.items.map(valueOf);
    case "map":
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, valueOf(entry.node)]));
    default:
      return typeof node.value === "number" ? numberOf(node.value, node.text) : node.value;
  }
}

/** The text decides, since a double cannot tell 1 from 1.0 and rounds above 2^53. */
function numberOf(value: number, text: string): number | bigint {
  if (/^[-+]?[1-9][0-9]*$/.test(text)) return BigInt(text);
  if (Number.isSafeInteger(value) && /^[-+]?0*[0-9a-fA-FxXoObB_]+$/.test(text) && !/^[-+]?[0-9_]+[eE]/.test(text))
    return BigInt(value);
  return value;
}
