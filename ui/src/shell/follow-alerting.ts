/** Asks every few seconds how many alerts fire, while somebody looks. */
import { fetchAlertingSummary } from "../api/alert-endpoints.ts";
import { setAlertingSummary } from "../state/alerting.ts";

const AGAIN_MILLIS = 10_000;

let timer: number | undefined;

/** Safe to call more than once. */
export function followAlerting(): void {
  if (timer !== undefined) return;
  timer = window.setInterval(() => document.visibilityState === "visible" && void ask(), AGAIN_MILLIS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void ask());
  void ask();
}

/** A failure is no news here: the page's own requests say that the collector is away. */
async function ask(): Promise<void> {
  try {
    setAlertingSummary(await fetchAlertingSummary(new AbortController().signal));
  } catch (error) {
    console.debug("cannot ask how many alerts fire", error);
  }
}
