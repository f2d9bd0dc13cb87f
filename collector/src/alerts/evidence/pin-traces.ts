/**
 * Traces that stand in evidence are pinned, so that their links never die. Alerts keep a bounded number of pins and give up their oldest
 * ones first; pins of people are never touched.
 */
import { formatHex, parseHex } from "../../base/hex.ts";
import { PinBudgetError, type PinnedTrace, type StoreReader } from "../../store/store.ts";

/** How the reason of an alert's pin begins. */
const REASON = "alert: ";
/** Pins that are given up for a new one at most, when the budget is used up. */
const MOST_GIVEN_UP = 8;

/** @param most pins of alerts @returns how many of the traces are pinned now */
export async function pinTraces(
  pins: StoreReader["pins"],
  traceIds: readonly string[],
  alertName: string,
  most: number,
  signal: AbortSignal,
): Promise<number> {
  if (traceIds.length === 0) return 0;
  const wanted = new Set(traceIds);
  const listed = await pins.list();
  const isPinned = new Set(listed.map(({ traceId }) => formatHex(traceId)));
  const own = listed.filter(({ reason, traceId }) => reason.startsWith(REASON) && !wanted.has(formatHex(traceId)));
  const added = traceIds.filter((id) => !isPinned.has(id));
  // The newest stand first.
  const ofWanted = traceIds.length - added.length;
  while (own.length + ofWanted + added.length > most && own.length > 0) await giveUp(pins, own);
  let pinned = ofWanted;
  for (const id of added) if (await pin(pins, id, REASON + alertName, own, signal)) pinned++;
  return pinned;
}

async function pin(
  pins: StoreReader["pins"],
  traceId: string,
  reason: string,
  own: PinnedTrace[],
  signal: AbortSignal,
): Promise<boolean> {
  const id = parseHex(traceId);
  if (!id) return false;
  for (let given = 0; ; given++) {
    try {
      return (await pins.pin(id, reason, signal)) !== undefined;
    } catch (error) {
      if (!(error instanceof PinBudgetError)) throw error;
      if (given === MOST_GIVEN_UP || own.length === 0) return false;
      await giveUp(pins, own);
    }
  }
}

async function giveUp(pins: StoreReader["pins"], own: PinnedTrace[]): Promise<void> {
  const oldest = own.pop();
  if (oldest) await pins.unpin(oldest.traceId);
}
