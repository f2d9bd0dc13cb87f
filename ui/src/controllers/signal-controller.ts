/** Draws an element anew whenever one of the signals it reads changes; for as long as the element is connected. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { ReadonlySignal } from "../base/signal.ts";

export class SignalController implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private readonly signals: readonly ReadonlySignal<unknown>[];
  private stops: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, ...signals: ReadonlySignal<unknown>[]) {
    this.host = host;
    this.signals = signals;
    host.addController(this);
  }

  hostConnected(): void {
    this.stops = this.signals.map((signal) => signal.subscribe(() => this.host.requestUpdate()));
    this.host.requestUpdate();
  }

  hostDisconnected(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
  }
}
