/** Keys of a relabelling step: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config */
import { integer, list, object, string, type ConfigOf } from "../../component/config-schema.ts";
import { pattern } from "../../component/pattern.ts";

const ACTIONS = [
  "replace",
  "keep",
  "drop",
  "keepequal",
  "dropequal",
  "hashmod",
  "labelmap",
  "labeldrop",
  "labelkeep",
  "lowercase",
  "uppercase",
] as const;

export type RelabelAction = (typeof ACTIONS)[number];

/** What an action works on one label with. */
const NEEDS_TARGET: readonly string[] = ["replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"];

const step = object(
  {
    source_labels: list(string(), { doc: "labels whose values are joined to the text that regex is held against" }),
    separator: string({ default: ";", doc: "stands between them" }),
    target_label: string({ default: "", doc: "label that is written, or compared with; may hold $1" }),
    regex: pattern({ default: "(.*)", doc: "matches the whole text" }),
    modulus: integer({ default: 0, min: 0, doc: "of hashmod" }),
    replacement: string({
      default: "$1",
      doc: "what is written; written $$1 in a file, since $ begins a reference there",
    }),
    action: string({ default: "replace", oneOf: ACTIONS, doc: "what is done" }),
  },
  {
    check: ({ action, target_label, modulus, source_labels }, fail) => {
      if (NEEDS_TARGET.includes(action) && target_label === "") fail("action", `${action} needs a target_label`);
      if (action === "hashmod" && modulus === 0) fail("action", "hashmod needs a modulus");
      if ((action === "labeldrop" || action === "labelkeep") && (source_labels.length > 0 || target_label !== ""))
        fail("action", `${action} takes regex alone`);
    },
  },
);

export const relabelSteps = list(step, { doc: "steps in order" });

export type RelabelConfig = ConfigOf<typeof step>;
