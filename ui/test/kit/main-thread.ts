/**
 * What a page's main thread has to do, in milliseconds of CPU: how long people wait on a machine that is theirs, whatever else this one
 * does at the moment.
 */
import type { Page } from "playwright-core";

/** Measures what an action costs, once it is asked for with the page. */
export async function mainThreadOf(page: Page): Promise<(action: () => Promise<unknown>) => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  };
  return async (action) => {
    const before = await spent();
    await action();
    return (await spent()) - before;
  };
}
