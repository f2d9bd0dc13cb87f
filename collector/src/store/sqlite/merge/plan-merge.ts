/**
 * Which small blocks become one: low traffic seals a block every half minute, and 512 spans a block cost 67 bytes a span and a step of
 * every search. Like sizes are merged with like (each size is within four times the others), so that a record is rewritten once for
 * each fourfold growth and not with every merge. Pure.
 */

export interface MergeCandidate {
  readonly id: number;
  readonly recordCount: number;
  readonly storedBytes: number;
}

const LEAST_BLOCKS = 4;
const MOST_BLOCKS = 16;
/** Sizes of a tier are within this factor, unless said otherwise. */
const GROWTH = 4;
/** Compressed; what a merge holds in memory is some ten times this. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Ids of the blocks to merge, oldest first; undefined when there is nothing to do.
 * @param blocks oldest first
 * @param fullRecords records of a full block; one of half that many stays as it is
 * @param growth sizes within this factor are alike, and as many blocks are merged at least: a record is rewritten once for each such step
 */
export function planMerge(
  blocks: readonly MergeCandidate[],
  fullRecords: number,
  growth: number = GROWTH,
): number[] | undefined {
  const tiers = new Map<number, MergeCandidate[]>();
  for (const block of blocks) {
    if (block.recordCount * 2 > fullRecords) continue;
    const tier = Math.floor(Math.log2(Math.max(1, block.recordCount)) / Math.log2(growth));
    tiers.set(tier, [...(tiers.get(tier) ?? []), block]);
  }
  for (const tier of [...tiers.keys()].sort((a, b) => a - b)) {
    const chosen: number[] = [];
    let records = 0;
    let bytes = 0;
    for (const { id, recordCount, storedBytes } of tiers.get(tier) ?? []) {
      if (chosen.length === MOST_BLOCKS || records + recordCount > fullRecords || bytes + storedBytes > MOST_BYTES)
        break;
      chosen.push(id);
      records += recordCount;
      bytes += storedBytes;
    }
    // Two that fill a block between them are worth it as well.
    if (chosen.length >= (LEAST_BLOCKS * growth) / GROWTH || (chosen.length > 1 && records * 2 > fullRecords))
      return chosen;
  }
  return undefined;
}
