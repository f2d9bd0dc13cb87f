/** A key that the OpenTelemetry Collector knows and that this build cannot honour: leaving it out silently would do harm. */
import type { Field } from "./config-schema.ts";

/** @param why a phrase: "metrics cannot be filtered yet". */
export function refused(why: string, fix?: string): Field<undefined> {
  return {
    doc: { type: "refused", text: `not supported: ${why}` },
    read(node, context) {
      if (node !== undefined && node.kind !== "null" && !isEmpty(node))
        context.issues.push({ at: node.at, path: context.path, message: `is not supported: ${why}`, fix });
      return undefined;
    },
  };
}

function isEmpty(node: Parameters<Field<unknown>["read"]>[0] & object): boolean {
  return (node.kind === "list" && node.items.length === 0) || (node.kind === "map" && node.entries.size === 0);
}
