/**
 * What a regular expression costs an engine that goes back on its choices, at worst, by how it is built. In: its tree; out: whether it
 * could take for ever, else a power of the text's length. An estimate: who asks decides by it which engine is faster.
 */
import type { PatternNode } from "./pattern-node.ts";

/** A repetition over what can match one text in several ways, or several lengths. */
export function isRisky(node: PatternNode): boolean {
  switch (node.kind) {
    case "repeat":
      return (node.max > 1 && isVaried(node.body)) || isRisky(node.body);
    case "group":
      return isRisky(node.body);
    case "sequence":
    case "choice":
      return node.parts.some(isRisky);
    default:
      return false;
  }
}

function isVaried(node: PatternNode): boolean {
  switch (node.kind) {
    case "repeat":
      return node.min !== node.max || isVaried(node.body);
    case "choice":
      return true;
    case "group":
      return isVaried(node.body);
    case "sequence":
      return node.parts.some(isVaried);
    default:
      return false;
  }
}

/**
 * A match is tried from each place: 1. Each repetition that can give back what it took, since what follows may begin with the same
 * characters (`.*x`, not `\\d+ `), makes one more; all others together one.
 */
export function backtrackingExponent(tree: PatternNode): number {
  const { choices, repeats } = costOf(tree, NOTHING);
  return 1 + Math.max(choices, repeats ? 1 : 0);
}

/** Characters that stand for all: ASCII, and some of what else there is. */
const SAMPLES = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...Array.from("\u0085\u00a0\u00e9\u00df\u017f\u0416\u05d0\u0661\u212a\u2028\u20ac\u65e5\ufffd\u{1f600}"),
];
type Characters = Uint8Array;
const NOTHING: Characters = new Uint8Array(SAMPLES.length);

interface Cost {
  readonly choices: number;
  readonly repeats: boolean;
}

/** @param follow what may come behind */
function costOf(node: PatternNode, follow: Characters): Cost {
  switch (node.kind) {
    case "group":
      return costOf(node.body, follow);
    case "choice":
      return node.parts
        .map((part) => costOf(part, follow))
        .reduce((a, b) => ({ choices: Math.max(a.choices, b.choices), repeats: a.repeats || b.repeats }));
    case "sequence": {
      let [behind, choices, repeats] = [follow, 0, false];
      for (const part of node.parts.toReversed()) {
        const cost = costOf(part, behind);
        choices += cost.choices;
        repeats ||= cost.repeats;
        behind = firstOf(part, behind);
      }
      return { choices, repeats };
    }
    case "repeat": {
      const first = firstOf(node.body, NOTHING);
      const inner = costOf(node.body, node.max > 1 ? union(first, follow) : follow);
      const times = Number.isFinite(node.max) ? Math.max(1, node.max) : Math.max(1, node.min);
      const isChoice = node.min !== node.max && first.some((has, i) => has === 1 && follow[i] === 1);
      return { choices: inner.choices * times + (isChoice ? 1 : 0), repeats: true };
    }
    default:
      return { choices: 0, repeats: false };
  }
}

/** With what a text begins that the node matches, and `follow` behind it. */
function firstOf(node: PatternNode, follow: Characters): Characters {
  switch (node.kind) {
    case "character":
      return Uint8Array.from(SAMPLES, (sample) => (node.test(sample) ? 1 : 0));
    case "assert":
      return follow;
    case "group":
      return firstOf(node.body, follow);
    case "choice":
      return node.parts.map((part) => firstOf(part, follow)).reduce(union);
    case "sequence":
      return node.parts.reduceRight((behind, part) => firstOf(part, behind), follow);
    case "repeat": {
      const first = firstOf(node.body, follow);
      return node.min === 0 ? union(first, follow) : first;
    }
  }
}

function union(a: Characters, b: Characters): Characters {
  return a.map((has, i) => has | b[i]);
}
