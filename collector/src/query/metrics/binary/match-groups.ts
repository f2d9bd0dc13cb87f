/** Which series of two vectors meet: both sides in groups by the labels they are matched on, once for the whole query. */
import { METRIC_NAME, type Labels } from "../../../model/labels.ts";
import type { VectorMatching } from "../parse/ast.ts";
import type { Column } from "../run/column.ts";
import { keptLabels, labelsKey } from "../run/labels.ts";

export interface MatchGroup {
  readonly left: Column[];
  readonly right: Column[];
}

/** In the order of the left side's first series, then the right one's. */
export function matchGroups(left: readonly Column[], right: readonly Column[], matching: VectorMatching): MatchGroup[] {
  const signature = signatureOf(matching);
  const groups = new Map<string, MatchGroup>();
  const open = (column: Column): MatchGroup => {
    const key = labelsKey(signature(column.labels));
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { left: [], right: [] }));
    return group;
  };
  for (const column of left) open(column).left.push(column);
  for (const column of right) open(column).right.push(column);
  return [...groups.values()];
}

function signatureOf({ on, labels }: VectorMatching): (labels: Labels) => Labels {
  return on ? keptLabels(labels, true) : keptLabels([...labels, METRIC_NAME], false);
}
