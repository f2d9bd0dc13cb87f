/** A replay line by line: how far it is, now and then, and last what it found. */
import type { WireReplayLine, WireRuleReplay } from "../contract.ts";

type Run = (signal: AbortSignal, onProgress: (share: number) => void) => Promise<WireRuleReplay>;

/** Ending it early ends the replay at its next step. Rejects with what the replay rejects with. */
export async function* replayLines(run: Run, signal: AbortSignal): AsyncGenerator<WireReplayLine, void, undefined> {
  const stop = new AbortController();
  let share = 0;
  let wake: (value: undefined) => void = () => undefined;
  const replay = run(AbortSignal.any([signal, stop.signal]), (now) => {
    share = now;
    wake(undefined);
  });
  // Nobody waits for it once the lines have ended.
  replay.catch(() => undefined);
  try {
    for (;;) {
      const step = new Promise<undefined>((resolve) => (wake = resolve));
      const found = await Promise.race([replay, step]);
      if (found) return yield { replay: found };
      yield { progress: share };
    }
  } finally {
    stop.abort();
  }
}
