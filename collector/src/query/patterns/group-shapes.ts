/**
 * Shapes that differ only in a few words -> one template, as Drain does it: a tree by number of tokens and first token, then likeness of
 * the rest. Since all shapes are known by then, a place that takes few values (accepted, refused) is told from one that takes many
 * (names of users). In: shapes in any order; out: templates, the same ones for the same shapes.
 */
import { WILDCARD } from "../../model/line-mask.ts";
import type { Shape } from "./shape.ts";

/** Share of a template's constant tokens that a shape must have as well. */
const LEAST_LIKENESS = 0.5;
/** A place with so many values is variable. */
const MANY_VALUES = 4;
/** First tokens of shapes of one length that are told apart; of more the first token is variable. */
const MOST_FIRST_TOKENS = 256;
/** Of one first token: beyond them shapes stay for themselves. */
const MOST_GROUPS_OF_LEAF = 256;

/** Several shapes as one; of a single shape it is that shape. */
export interface Template {
  readonly shape: Shape;
  /** Indices of shapes, ascending. */
  readonly members: readonly number[];
}

export function groupShapes(shapes: readonly Shape[]): Template[] {
  const texts = shapes.map((shape) => shape.join(" "));
  const order = shapes.map((_, i) => i).sort((a, b) => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : 0));
  const byLength = Map.groupBy(order, (i) => shapes[i].length);
  const templates = [...byLength.values()].flatMap((same) => {
    const byFirst = Map.groupBy(same, (i) => shapes[i][0]);
    const leaves = byFirst.size > MOST_FIRST_TOKENS ? [same] : mergeFirstTokens([...byFirst.values()], shapes);
    return leaves.flatMap((leaf) => groupsOfLeaf(leaf, shapes).flatMap((group) => split(group, shapes)));
  });
  return templates.sort((a, b) => a.members[0] - b.members[0]);
}

/** Lines that begin with a name: shapes that are equal behind the first token, with many first tokens, are one leaf. */
function mergeFirstTokens(leaves: readonly number[][], shapes: readonly Shape[]): number[][] {
  const rest = (i: number) => shapes[i].slice(1).join(" ");
  const firsts = new Map<string, number>();
  for (const i of leaves.flat()) firsts.set(rest(i), (firsts.get(rest(i)) ?? 0) + 1);
  const isMany = (i: number) => (firsts.get(rest(i)) ?? 0) >= MANY_VALUES && hasConstant(shapes[i].slice(1));
  const many = Map.groupBy(leaves.flat().filter(isMany), rest);
  const others = leaves.map((leaf) => leaf.filter((i) => !isMany(i))).filter(({ length }) => length > 0);
  return [...others, ...many.values()];
}

function groupsOfLeaf(leaf: readonly number[], shapes: readonly Shape[]): number[][] {
  const groups: { tokens: string[]; readonly members: number[] }[] = [];
  const alone: number[][] = [];
  for (const i of leaf) {
    const tokens = shapes[i];
    let [best, most] = [-1, 0];
    for (let g = 0; g < groups.length; g++) {
      const alike = likeness(groups[g].tokens, tokens);
      if (alike > most) [best, most] = [g, alike];
    }
    if (best >= 0 && most >= LEAST_LIKENESS) {
      const group = groups[best];
      group.members.push(i);
      group.tokens = group.tokens.map((token, at) => (token === tokens[at] ? token : WILDCARD));
    } else if (groups.length < MOST_GROUPS_OF_LEAF) groups.push({ tokens: [...tokens], members: [i] });
    else alone.push([i]);
  }
  return [...groups.map(({ members }) => members), ...alone];
}

/** Of the places where not both are variable, the share that is equal. */
function likeness(template: readonly string[], tokens: readonly string[]): number {
  if (template.length !== tokens.length) return 0;
  let [equal, compared] = [0, 0];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === WILDCARD && template[i] === WILDCARD) continue;
    compared++;
    if (tokens[i] === template[i]) equal++;
  }
  return compared === 0 ? 1 : equal / compared;
}

/** Apart by the place that differs in fewest values, as long as these are few; then they are one template. */
function split(group: readonly number[], shapes: readonly Shape[]): Template[] {
  const tokens = shapes[group[0]];
  if (group.length === 1) return [{ shape: tokens, members: [group[0]] }];
  let [place, fewest] = [-1, Infinity];
  const differs = tokens.map((_, at) => {
    const values = new Set(group.map((i) => shapes[i][at])).size;
    if (values > 1 && values < fewest) [place, fewest] = [at, values];
    return values > 1;
  });
  const merged = tokens.map((token, at) => (differs[at] ? WILDCARD : token));
  if (fewest >= MANY_VALUES && hasConstant(merged))
    return [{ shape: merged, members: group.toSorted((a, b) => a - b) }];
  return [...Map.groupBy(group, (i) => shapes[i][place]).values()].flatMap((part) => split(part, shapes));
}

/** A template must say something. */
function hasConstant(tokens: readonly string[]): boolean {
  return tokens.some((token) => /[\p{L}\p{N}]/u.test(token.replaceAll(WILDCARD, "")));
}
