/**
 * Opens the UI in a browser for a test: against the mock server, or with BROWSER_TESTS_ON=collector against a real collector that has
 * the same data. Out: pages that remember every console error and every violation of the content security policy.
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { startMockServer } from "./mock-server.ts";
import { startEmptyCollector, startRealCollector } from "./real-collector.ts";
import { watchRequests } from "./settle.ts";

export const IS_REAL = process.env.BROWSER_TESTS_ON === "collector";

const SIZE = { width: 1440, height: 900 };
/** Long enough for a slow machine with other work; what is there at once costs nothing. */
const WAIT_MILLIS = 30_000;

interface Served {
  readonly url: string;
  readonly otlp?: string;
  close(): Promise<void>;
}

export class UiUnderTest {
  private readonly problems: string[] = [];
  private readonly browser: Browser;
  private readonly served: Served;

  private constructor(browser: Browser, served: Served) {
    this.browser = browser;
    this.served = served;
  }

  static async start(data: "shop" | "none"): Promise<UiUnderTest> {
    const filled = data === "shop";
    const served = await (IS_REAL
      ? filled
        ? startRealCollector()
        : startEmptyCollector()
      : startMockServer(0, filled ? "normal" : "empty"));
    try {
      return new UiUnderTest(await launchBrowser(), served);
    } catch (error) {
      await served.close();
      throw error;
    }
  }

  get url(): string {
    return this.served.url;
  }

  /** Where a real collector takes OTLP/HTTP; the mock takes nothing. */
  get otlp(): string | undefined {
    return this.served.otlp;
  }

  async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: SIZE, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MILLIS);
    watchRequests(page);
    page.on("console", (message) => {
      const wanted = message.type() === "error" || /content security policy/i.test(message.text());
      if (wanted && !/status of (400|404|409|500)/.test(message.text()))
        this.problems.push(`${path}: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.problems.push(`${path}: ${error.message}`));
    await page.goto(this.url + path);
    return page;
  }

  /** Closes all pages and gives back what went wrong in them. */
  async closePages(): Promise<string[]> {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
    return this.problems.splice(0);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.served.close();
  }
}

/** Answers requests to a path of the API itself instead of the server, for states that a server rarely is in. */
export async function answerWith(page: Page, path: string, status: number, body: unknown): Promise<void> {
  await page.route(`**/api/v1/${path}`, (route) =>
    route.fulfill({ status, contentType: "application/json", body: JSON.stringify(body) }),
  );
}

/** Lets a live page ask again now instead of within ten seconds, as it does when people come back to it. */
export async function askAgain(page: Page): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}
