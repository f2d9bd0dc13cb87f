/** Draws an element anew whenever one of the signals it reads changes; for as long as the element is connected. */
import type { ReactiveControllerHost } from "lit";
import type { ReadonlySignal } from "../base/signal.ts";

export function followSignals(host: ReactiveControllerHost, ...signals: ReadonlySignal<unknown>[]): void {
  let stops: (() => void)[] = [];
  host.addController({
    hostConnected: () => {
      stops = signals.map((signal) => signal.subscribe(() => host.requestUpdate()));
      host.requestUpdate();
    },
    hostDisconnected: () => {
      for (const stop of stops) stop();
    },
  });
}
