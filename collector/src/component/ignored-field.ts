/**
 * A key that the OpenTelemetry Collector knows and that has no effect here: its configurations load as they are, and whoever wrote
 * the key is told why nothing comes of it. In: any node; out: undefined and a warning.
 */
import type { Field } from "./config-schema.ts";

/** @param why a phrase: "the store groups writes by itself". */
export function ignored(why: string): Field<undefined> {
  return {
    doc: { type: "ignored", text: `accepted, without effect: ${why}` },
    read(node, context) {
      if (node !== undefined && node.kind !== "null")
        context.warnings?.push({ at: node.at, path: context.path, message: `has no effect: ${why}` });
      return undefined;
    },
  };
}
