/** A scan of all records that meet a condition, newest first, with a result after each step of it: the last one is of all records. */
import { scopeOf } from "../../../base/work-scope.ts";
import type { LogCondition } from "../../../model/log-condition.ts";
import type { LogPiece } from "../../../model/log-piece.ts";
import type { StoreReader, TimeRange } from "../../../store/store.ts";
import { progressSteps, StepClock } from "./progress-steps.ts";

/** What adds pieces up. */
export interface StepCounter<T> {
  add(piece: LogPiece): void;
  /** @param progress 1 = of all records */
  result(progress: number): T;
}

/** @param clock says when results are due; one that nobody asks for in time gives way to the next */
export function scanInSteps<T>(
  reader: Pick<StoreReader, "scanLogs">,
  { range, condition }: { readonly range: TimeRange; readonly condition: LogCondition },
  counter: StepCounter<T>,
  signal?: AbortSignal,
  clock: StepClock = new StepClock(),
): AsyncGenerator<T> {
  return progressSteps<T>(async (tell) => {
    await reader.scanLogs(
      { range, condition, order: "newest" },
      (piece, { share }) => {
        if (piece) counter.add(piece);
        if (share >= 1 || !clock.isDue()) return;
        const started = performance.now();
        tell(counter.result(share));
        clock.made(started);
      },
      signal,
    );
    scopeOf(signal).check();
    tell(counter.result(1));
  }, "latest");
}
