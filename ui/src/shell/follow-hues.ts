/** Keeps the services' hues up to date: once at the start, and again when a service is drawn whose hue is not known. */
import { fetchServiceColors } from "../api/endpoints.ts";
import { setServiceHues, unknownServices } from "../state/service-hues.ts";

const AGAIN_MILLIS = 5000;

let timer: number | undefined;

/** Safe to call more than once; the last call's requests win. */
export function followHues(): void {
  unknownServices.subscribe(() => {
    timer ??= window.setTimeout(() => {
      timer = undefined;
      void loadHues();
    }, AGAIN_MILLIS);
  });
  void loadHues();
}

/** A failure is no news here: the page's own requests say that the collector is away, and services keep their stable hues. */
async function loadHues(): Promise<void> {
  try {
    setServiceHues((await fetchServiceColors(new AbortController().signal)).colors);
  } catch (error) {
    console.debug("cannot load the services' colours", error);
  }
}
