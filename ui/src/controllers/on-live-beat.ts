/** Calls on each beat of live data, for as long as an element is connected. */
import type { ReactiveControllerHost } from "lit";
import { liveBeat } from "../state/live-clock.ts";

export function onLiveBeat(host: ReactiveControllerHost, run: () => void): void {
  let stop: (() => void) | undefined;
  host.addController({
    hostConnected: () => {
      stop = liveBeat.subscribe(run);
    },
    hostDisconnected: () => stop?.(),
  });
}
