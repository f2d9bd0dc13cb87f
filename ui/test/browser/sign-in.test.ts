/** Signing in and out: against a collector that asks for a token, whatever the other tests run on, since the page is the collector's own. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findSeriousProblems } from "../kit/axe.ts";
import { launchBrowser } from "../kit/browser.ts";
import { askAgain } from "../kit/page.ts";
import { startEmptyCollector, type RealCollector } from "../kit/real-collector.ts";

const TOKEN = "the-token-of-the-browser-tests";

let collector: RealCollector;
let browser: Browser;
beforeAll(async () => {
  collector = await startEmptyCollector({ GOLDSPAN_TOKEN: TOKEN });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await collector?.close();
});

const problems: string[] = [];
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(problems.splice(0)).toEqual([]);
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    const isExpected = /status of 401|Failed to load resource/.test(message.text());
    if (message.type() === "error" && !isExpected) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(collector.url + path);
  return page;
}

async function signIn(page: Page, token = TOKEN): Promise<void> {
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const at = (page: Page): string => {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
};

test("who comes without a cookie is asked for the token, and led back to where they wanted to go", async () => {
  const page = await open("/traces?q=error&last=1h");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("token");
  await signIn(page, "something-that-is-not-it");
  const problem = page.getByRole("alert");
  await problem.waitFor();
  expect(await problem.textContent()).toMatch(/not the token/);
  expect(await page.getByText("GOLDSPAN_TOKEN").isVisible()).toBe(true);
  await signIn(page);
  await page.getByRole("combobox", { name: "Query" }).waitFor();
  expect(at(page)).toBe("/traces?q=error&last=1h");
  await page.reload();
  await page.getByRole("combobox", { name: "Query" }).waitFor();
});

test("the link signs in, and the token is gone from the address", async () => {
  const page = await open(`/logs?last=1h&token=${TOKEN}`);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  expect(at(page)).toBe("/logs?last=1h");
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("who is signed in follows a link of another site without being asked", async () => {
  const page = await open(`/services?token=${TOKEN}`);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  const chat = await serve(`<a href="${collector.url}/logs?last=1h">the alert</a>`);
  try {
    // Another site: localhost is not 127.0.0.1.
    await page.goto(`http://localhost:${(chat.address() as AddressInfo).port}/`);
    await page.getByRole("link", { name: "the alert" }).click();
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    expect(at(page)).toBe("/logs?last=1h");
  } finally {
    chat.close();
  }
});

test("an answer that the cookie has ended leads to the sign-in, and back", async () => {
  const page = await open(`/storage?last=1h&token=${TOKEN}`);
  // All of its code is there: what is cut off is told on the console.
  await page.locator("gs-storage-page").waitFor({ state: "attached" });
  await page.context().clearCookies();
  // A request of the page itself may have come first: it is on its way to the sign-in then, and takes no more orders.
  await askAgain(page).catch(() => undefined);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await signIn(page);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  expect(at(page)).toBe("/storage?last=1h");
});

test("signing out ends it, by the header and by the palette", async () => {
  const page = await open(`/services?token=${TOKEN}`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.goto(`${collector.url}/services`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await signIn(page);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to" }).fill("sign out");
  await page.getByRole("option", { name: /Sign out/ }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
});

test.each(["light", "dark"] as const)(
  "axe finds nothing serious on the page, and a phone shows all of it: %s",
  async (colorScheme) => {
    const page = await open("/", { colorScheme, bypassCSP: true, viewport: { width: 360, height: 640 } });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, "something-that-is-not-it-either");
    await page.getByRole("alert").waitFor();
    expect(await findSeriousProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  },
);

async function serve(html: string): Promise<Server> {
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return server;
}
