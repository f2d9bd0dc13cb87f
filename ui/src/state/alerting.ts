/** How many alerts fire, for the badge and for whoever else wants to know without asking; the shell fills it in. */
import { Signal, type ReadonlySignal } from "../base/signal.ts";

/** Structurally WireAlertingSummary. */
export interface AlertingSummary {
  readonly isOn: boolean;
  readonly firing: number;
  readonly pending: number;
  readonly silenced: number;
  readonly problems: readonly string[];
}

const summary = new Signal<AlertingSummary | undefined>(undefined);

/** Undefined until it is known. */
export const alertingSummary: ReadonlySignal<AlertingSummary | undefined> = summary;

export function setAlertingSummary(next: AlertingSummary): void {
  if (JSON.stringify(next) !== JSON.stringify(summary.value)) summary.value = next;
}
