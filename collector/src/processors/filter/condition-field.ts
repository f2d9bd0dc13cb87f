/** Conditions as configuration fields: each is tried out when it is read, so that a mistake is reported with its line. */
import { describeNode, type ConfigNode } from "../../component/config-node.ts";
import { join, list, report, string, type Field, type ReadContext } from "../../component/config-schema.ts";
import { compileCondition, type CompileOptions } from "./compile-condition.ts";
import { ConditionError } from "./condition-error.ts";
import type { ConditionContext } from "./condition-paths.ts";

/** Conditions of one context. */
export interface ConditionGroup {
  readonly context: ConditionContext;
  /** Paths carry their context. */
  readonly prefixed: boolean;
  readonly conditions: readonly string[];
}

/** A list of conditions in a fixed context. */
export function conditions(context: ConditionContext, doc: string): Field<readonly string[]> {
  return list(condition({ context }), { doc });
}

function condition(options: CompileOptions): Field<string> {
  const field = string();
  return {
    doc: { type: "condition", text: "" },
    read(node, context) {
      const text = field.read(node, context);
      if (node && text !== undefined) tryOut(text, options, node, context);
      return text;
    },
  };
}

function tryOut(text: string, options: CompileOptions, node: ConfigNode, context: ReadContext): boolean {
  try {
    compileCondition(text, options);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const near = text.slice(error.position, error.position + 24);
    const where = near === "" ? "at its end" : `at position ${error.position} ("${near}")`;
    report(context, node, `cannot understand the condition ${where}: ${error.message}`, error.hint);
    return false;
  }
}

/**
 * `trace_conditions` and `log_conditions`: texts whose paths carry their context, or {context, conditions}.
 * @param contexts from the widest to the narrowest; a text belongs to the narrowest that it names.
 */
export function conditionGroups(contexts: readonly ConditionContext[], doc: string): Field<readonly ConditionGroup[]> {
  return {
    doc: { type: "list of condition", text: doc, default: [], print: printGroups },
    read(node, context) {
      if (node === undefined || node.kind === "null") return [];
      if (node.kind !== "list") {
        report(context, node, `expected a list of conditions, got ${describeNode(node)}`);
        return [];
      }
      return node.items.flatMap((item, index) => {
        const inner = { ...context, path: `${context.path}[${index}]` };
        return item.kind === "map" ? readGroup(item, contexts, inner) : readInferred(item, contexts, inner);
      });
    },
  };
}

function printGroups(groups: readonly ConditionGroup[]): unknown {
  return groups.flatMap<unknown>((group) => {
    return group.prefixed ? group.conditions : [{ context: group.context, conditions: group.conditions }];
  });
}

function readInferred(node: ConfigNode, contexts: readonly ConditionContext[], context: ReadContext): ConditionGroup[] {
  const text = string().read(node, context);
  if (text === undefined) return [];
  const named = contexts.findLast((each) => new RegExp(`\\b${each}\\.`).test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""')));
  const options = { context: named ?? contexts[contexts.length - 1], prefixed: true };
  return tryOut(text, options, node, context) ? [{ ...options, conditions: [text] }] : [];
}

function readGroup(
  node: ConfigNode & { kind: "map" },
  contexts: readonly ConditionContext[],
  context: ReadContext,
): ConditionGroup[] {
  const known = ["context", "conditions", "error_mode"];
  for (const [key, { at }] of node.entries) {
    if (!known.includes(key))
      context.issues.push({
        at,
        path: join(context.path, key),
        message: `unknown key "${key}"`,
        fix: `known keys: ${known.join(", ")}`,
      });
  }
  const child = (key: string) => node.entries.get(key)?.node;
  const field = string({ oneOf: contexts, default: contexts[contexts.length - 1] });
  const name = field.read(child("context"), { ...context, path: join(context.path, "context") }) as ConditionContext;
  const texts = conditions(name, "").read(child("conditions"), { ...context, path: join(context.path, "conditions") });
  return [{ context: name, prefixed: false, conditions: texts }];
}
