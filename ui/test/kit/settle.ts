/** When a page has come to rest: nothing that it asked for is outstanding, and what came is drawn. In place of waits of a fixed time. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Page, Request } from "playwright-core";

const PATIENCE_MILLIS = 60_000;
const LOOK_AGAIN_MILLIS = 10;

const outstanding = new WeakMap<Page, Set<Request>>();

/** To be called before the page is sent anywhere. */
export function watchRequests(page: Page): void {
  const requests = new Set<Request>();
  outstanding.set(page, requests);
  page.on("request", (request) => requests.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", (request) => requests.delete(request));
}

/** Not for pages that follow a stream: its request never ends. */
export async function settle(page: Page): Promise<void> {
  const requests = outstanding.get(page);
  if (!requests) throw new Error("nobody watches the requests of this page");
  const deadline = Date.now() + PATIENCE_MILLIS;
  do {
    while (requests.size > 0) {
      if (Date.now() > deadline)
        throw new Error(`still under way: ${[...requests].map((each) => each.url()).join(" ")}`);
      await sleep(LOOK_AGAIN_MILLIS);
    }
    // An answer becomes elements, their sizes are observed, and charts are drawn: a frame each.
    await page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
  } while (requests.size > 0);
}
