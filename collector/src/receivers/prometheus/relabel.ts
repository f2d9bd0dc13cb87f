/**
 * Relabelling: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config. In: labels of a target or a
 * series; out: new ones, or undefined = dropped. Steps are compiled once.
 */
import { createHash } from "node:crypto";
import { compilePattern } from "../../component/pattern.ts";
import type { RelabelAction, RelabelConfig } from "./relabel-config.ts";

/** Empty values stand for absent labels. */
export type LabelMap = Map<string, string>;

/** Changes the labels in place; false = dropped. */
export type Relabel = (labels: LabelMap) => boolean;

type Step = (labels: LabelMap) => boolean;

export function compileRelabel(configs: readonly RelabelConfig[]): Relabel {
  const steps = configs.map(compileStep);
  return (labels) => steps.every((step) => step(labels));
}

function compileStep(config: RelabelConfig): Step {
  const { source_labels, separator, target_label, modulus, replacement } = config;
  const regex = compilePattern(`^(?s:${config.regex})$`);
  if (typeof regex === "string") throw new Error(`cannot compile the regex "${config.regex}": ${regex}`);
  const sourceOf = (labels: LabelMap) => source_labels.map((name) => labels.get(name) ?? "").join(separator);
  const write = (labels: LabelMap, name: string, value: string) => {
    if (value === "") labels.delete(name);
    else labels.set(name, value);
    return true;
  };
  const actions: Readonly<Record<RelabelAction, Step>> = {
    replace(labels) {
      const found = regex.exec(sourceOf(labels));
      if (!found) return true;
      const name = expand(target_label, found);
      return name === "" ? true : write(labels, name, expand(replacement, found));
    },
    keep: (labels) => regex.test(sourceOf(labels)),
    drop: (labels) => !regex.test(sourceOf(labels)),
    keepequal: (labels) => (labels.get(target_label) ?? "") === sourceOf(labels),
    dropequal: (labels) => (labels.get(target_label) ?? "") !== sourceOf(labels),
    hashmod: (labels) => write(labels, target_label, hashMod(sourceOf(labels), modulus)),
    labelmap(labels) {
      for (const [name, value] of new Map(labels)) {
        const found = regex.exec(name);
        if (found) write(labels, expand(replacement, found), value);
      }
      return true;
    },
    labeldrop: (labels) => dropNames(labels, (name) => regex.test(name)),
    labelkeep: (labels) => dropNames(labels, (name) => !regex.test(name)),
    lowercase: (labels) => write(labels, target_label, sourceOf(labels).toLowerCase()),
    uppercase: (labels) => write(labels, target_label, sourceOf(labels).toUpperCase()),
  };
  return actions[config.action as RelabelAction];
}

function dropNames(labels: LabelMap, isDropped: (name: string) => boolean): boolean {
  for (const name of new Set(labels.keys())) if (isDropped(name)) labels.delete(name);
  return true;
}

/** The last eight bytes of MD5 as one number, so that the parts are Prometheus'. */
function hashMod(text: string, modulus: number): string {
  return String(createHash("md5").update(text).digest().readBigUInt64BE(8) % BigInt(modulus));
}

/** `$1`, `$name`, `${name}` and `$$` as Go expands them: a name reaches as far as it can, and of a group that is not there nothing stays. */
function expand(template: string, found: RegExpExecArray): string {
  if (!template.includes("$")) return template;
  return template.replace(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (_, dollar?: string, braced?: string, bare?: string) => {
    if (dollar !== undefined) return "$";
    const name = (braced ?? bare) as string;
    return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? "";
  });
}
