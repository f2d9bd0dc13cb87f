/** The logs page: the query, histogram, facets, lines, details, tables, the live tail, what is saved and taken along. */
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { Corpus } from "../kit/corpus.ts";
import { mainThreadOf } from "../kit/main-thread.ts";
import { toOtlpLogs } from "../kit/mock-traces.ts";
import { answerWith, askAgain } from "../kit/page.ts";
import { boxOf, clickShownBy, dragAcross } from "../kit/pointer.ts";
import { settle } from "../kit/settle.ts";
import { STRANGE_SERVICE } from "../kit/special-logs.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

function rowsOf(page: Page): Locator {
  return page.locator("gs-log-list .row:not(.waiting)");
}

/** The time of the line at the top of the list. */
function topTimeOf(page: Page): Promise<string | undefined> {
  return page.locator("gs-log-list .scroll").evaluate((list) => {
    const { top } = list.getBoundingClientRect();
    const row = [...list.querySelectorAll(".row")].find((each) => each.getBoundingClientRect().bottom > top + 2);
    return row?.querySelector<HTMLElement>(".time")?.title;
  });
}

function queryOf(page: Page): Promise<string | null> {
  return Promise.resolve(new URL(page.url()).searchParams.get("q"));
}

async function ask(page: Page, query: string): Promise<void> {
  await page.getByRole("combobox", { name: "Query" }).fill(query);
  await page.keyboard.press("Enter");
}

/** Logs a line a few times a second until the test is over, where there is a real collector; the mock does so by itself. */
function sendLines(body: string): void {
  const url = ui.otlp;
  if (!url) return;
  const { looseLogs } = new Corpus(Date.now());
  let sent = Promise.resolve();
  const send = async (): Promise<void> => {
    const record = { ...looseLogs[0].record, timeUnixNano: `${Date.now()}000000`, body: { stringValue: body } };
    const logs = [{ ...looseLogs[0], record }];
    await fetch(`${url}/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(toOtlpLogs({ logs })),
    });
  };
  const timer = setInterval(() => {
    sent = sent.then(send);
  }, 250);
  onTestFinished(async () => {
    clearInterval(timer);
    await sent;
  });
}

describe("the query", () => {
  test("is what lines, counts and the address are about", async () => {
    const page = await ui.open("/logs");
    await rowsOf(page).first().waitFor();
    await ask(page, 'service:payments level>=error "charge failed"');
    await expect.poll(() => queryOf(page)).toBe('service:payments level>=error "charge failed"');
    await expect.poll(() => rowsOf(page).first().textContent()).toContain("charge failed");
    const levels = page.locator("gs-log-histogram .levels button");
    await expect.poll(() => levels.count()).toBe(1);
  });

  test("is completed: fields, values, pipes", async () => {
    const page = await ui.open("/logs");
    const field = page.getByRole("combobox", { name: "Query" });
    await field.click();
    await page.keyboard.type("logger.n");
    await page.getByRole("option", { name: /logger\.name:/ }).waitFor();
    await page.keyboard.press("Tab");
    await page.getByRole("option", { name: /shop\.orders/ }).waitFor();
    await page.keyboard.type("shop.ord");
    await page.keyboard.press("Tab");
    await page.keyboard.type("| cou");
    await page.getByRole("option", { name: /count by/ }).waitFor();
    await page.keyboard.press("Tab");
    expect(await field.inputValue()).toBe("logger.name:shop.orders | count by ");
  });

  test("that is wrong is underlined where it is, with a hint, and examples help", async () => {
    const page = await ui.open("/logs?q=timeout+level:loud");
    await page
      .getByRole("alert")
      .getByText(/cannot find the level "loud"/i)
      .waitFor();
    expect(await page.locator("gs-code-field .marked").textContent()).toBe("loud");
    await page
      .getByRole("button", { name: /level:error \| fields|level>=error \| count by service/ })
      .first()
      .click();
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  test("is learned from examples that can be tried", async () => {
    const page = await ui.open("/logs");
    await page.getByRole("button", { name: "How to ask" }).click();
    await page.getByRole("button", { name: /count by level every 1m/ }).click();
    await page.getByRole("table", { name: "Result" }).waitFor();
    await page.getByRole("dialog", { name: "How to ask" }).waitFor({ state: "hidden" });
  });

  test("links of old with service and severity still work", async () => {
    const page = await ui.open("/logs?service=payments&severity=17");
    await expect.poll(() => queryOf(page)).toBe("service:payments level>=error");
    await rowsOf(page).first().getByText("charge failed").waitFor();
  });

  test("nothing that meets it says so", async () => {
    const page = await ui.open("/logs?q=level:fatal");
    await page.getByRole("heading", { name: "No log lines" }).waitFor();
    await page.getByRole("button", { name: "Clear the query" }).last().click();
    await rowsOf(page).first().waitFor();
  });
});

describe("the histogram", () => {
  test("tells how many there are, by level, and a drag zooms", async () => {
    const page = await ui.open("/logs?last=1h");
    await page
      .locator("gs-log-histogram")
      .getByRole("button", { name: /^error/ })
      .waitFor();
    const plot = page.locator("gs-log-histogram .u-over");
    await dragAcross(plot, 0.5, 0.8, 20);
    await expect.poll(() => page.url()).toContain("from=");
    expect(page.url()).not.toContain("at=");
  });

  test("a click goes to that moment in the list, and newer lines can be scrolled to", async () => {
    const page = await ui.open(`/logs?from=${Date.now() - 3_600_000}&to=${Date.now() - 60_000}`);
    await rowsOf(page).first().waitFor();
    const newest = await rowsOf(page).first().textContent();
    const box = await boxOf(page.locator("gs-log-histogram .u-over"));
    await page.mouse.click(box.x + box.width * 0.5, box.y + 20);
    await expect.poll(() => page.url()).toContain("at=");
    await expect.poll(() => rowsOf(page).first().textContent()).not.toBe(newest);
    const list = page.locator("gs-log-list .scroll");
    await expect
      .poll(async () => {
        await list.evaluate((element) => (element.scrollTop -= 2000));
        return page
          .locator('gs-log-list .row[data-rank="0"]')
          .textContent({ timeout: 500 })
          .catch(() => "");
      })
      .toBe(newest);
  });

  test.for(["service:payments", "level>=warn", "level:info"])("a link to a moment begins there: %s", async (query) => {
    const range = `from=${Date.now() - 3_600_000}&to=${Date.now() - 60_000}`;
    const page = await ui.open(`/logs?q=${query}&${range}`);
    await rowsOf(page).nth(9).waitFor();
    const time = (await rowsOf(page).nth(9).locator(".time").getAttribute("title")) ?? "";
    expect(time).not.toBe(await topTimeOf(page));
    await page.goto(`${ui.url}/logs?q=${query}&${range}&at=${Date.parse(time) + 1}`);
    await rowsOf(page).first().waitFor();
    await expect.poll(() => topTimeOf(page)).toBe(time);
  });

  test("a level in its head filters", async () => {
    const page = await ui.open("/logs?last=1h");
    await page
      .locator("gs-log-histogram")
      .getByRole("button", { name: /^error/ })
      .click();
    await expect.poll(() => queryOf(page)).toBe("level:error");
  });
});

describe("facets", () => {
  test("a click filters in, a second one takes it back, alt and the minus filter out", async () => {
    const page = await ui.open("/logs?last=1h");
    const services = page.getByRole("region", { name: "service", exact: true });
    const payments = services.getByRole("button", { name: /^payments/ });
    await payments.click();
    await expect.poll(() => queryOf(page)).toBe("service:payments");
    await services.getByRole("button", { name: /^orders/ }).waitFor();
    await payments.click();
    await expect.poll(() => queryOf(page)).toBe(null);
    await payments.click({ modifiers: ["Alt"] });
    await expect.poll(() => queryOf(page)).toBe("-service:payments");
  });

  test("fields that were added stay for the next visit", async () => {
    const page = await ui.open("/logs?last=1h");
    const fields = page.getByRole("complementary", { name: "Fields" });
    await fields.getByRole("button", { name: "Add a field" }).click();
    await fields.getByRole("searchbox", { name: "Find a field" }).fill("os.type");
    await fields.getByRole("button", { name: /^os\.type/ }).click();
    await page.getByRole("region", { name: "os.type" }).waitFor();
    await page.reload();
    await page.getByRole("region", { name: "os.type" }).waitFor();
    await page.getByRole("button", { name: "Take os.type away" }).click();
    await page.getByRole("region", { name: "os.type" }).waitFor({ state: "detached" });
  });

  test("more shows all values, and a search in them", async () => {
    const page = await ui.open("/logs?last=1h");
    const services = page.getByRole("region", { name: "service", exact: true });
    await services.getByRole("button", { name: "more" }).click();
    await services.getByRole("searchbox").fill("pay");
    await expect.poll(() => services.locator(".value").count()).toBe(1);
  });
});

describe("a line", () => {
  test("opens its details, and its trace at the line's span", async () => {
    const page = await ui.open('/logs?q=service:payments+level:error+"charge+failed"');
    await rowsOf(page).first().click();
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByText("logger.name").first().waitFor();
    await details.locator("gs-trace-card").getByText("spans").waitFor();
    await details.getByRole("link", { name: "Open its trace at this line" }).click();
    await page.getByRole("tree").waitFor();
    await page.getByRole("treeitem", { name: /charge failed/, selected: true }).waitFor();
  });

  test("can be linked to: whoever opens the link sees it, wherever it stands", async () => {
    const page = await ui.open("/logs?q=oddity:markup&last=1h");
    await rowsOf(page).first().click();
    await expect.poll(() => page.url()).toContain("log=");
    const { searchParams } = new URL(page.url());
    await page.goto(`${ui.url}/logs?q=level:fatal&log=${encodeURIComponent(searchParams.get("log") ?? "")}`);
    await page
      .getByRole("complementary", { name: "Details" })
      .getByText('<script>alert("x")</script>')
      .first()
      .waitFor();
  });

  test("has lines around it, of the same instance", async () => {
    const page = await ui.open("/logs?q=oddity:json&last=1h");
    await rowsOf(page).first().click();
    const around = page.locator("gs-log-context");
    await around.getByText("this", { exact: true }).waitFor();
    await around.getByText("carrier refused the parcel").click();
    await page.getByRole("complementary", { name: "Details" }).getByText("CarrierClient.java:88").first().waitFor();
  });

  test("its fields filter, and become columns", async () => {
    const page = await ui.open("/logs?q=oddity:json&last=1h");
    await rowsOf(page).first().click();
    const details = page.getByRole("complementary", { name: "Details" });
    await clickShownBy(
      details.getByText("logger.name").first(),
      details.getByRole("button", { name: "Add the column logger.name" }),
    );
    await expect.poll(() => page.url()).toContain("cols=logger.name");
    await page.getByRole("columnheader", { name: /logger\.name/ }).waitFor();
    await expect.poll(() => rowsOf(page).first().locator(".cell").textContent()).toBe("shop.shipping");
    await clickShownBy(
      details.getByText("oddity").first(),
      details.getByRole("button", { name: "Without oddity json" }),
    );
    await expect.poll(() => queryOf(page)).toBe("-oddity:json");
  });

  test("keys step from line to line and close the details", async () => {
    const page = await ui.open("/logs?last=1h");
    const first = await rowsOf(page).first().textContent();
    await page.keyboard.press("j");
    await expect.poll(() => page.locator("gs-log-list .row.chosen").textContent()).toBe(first);
    await page.keyboard.press("j");
    await expect.poll(() => page.locator("gs-log-list .row.chosen").getAttribute("data-rank")).toBe("1");
    await page.keyboard.press("k");
    await expect.poll(() => page.locator("gs-log-list .row.chosen").getAttribute("data-rank")).toBe("0");
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "Details" }).waitFor({ state: "detached" });
  });
});

describe("text of unknown origin", () => {
  test("is text: markup, terminals and bidirectional marks do nothing", async () => {
    const page = await ui.open(`/logs?q=service:${STRANGE_SERVICE}+oddity:*&last=1h`);
    await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(5);
    const text = (await page.locator("gs-log-list .rows").textContent()) ?? "";
    expect(text).toContain('<script>alert("x")</script><b>bold</b> is text');
    expect(text).toContain("red alert␇ from a terminal");
    expect(text).toContain("invoice ⟨U+202E⟩gpj.exe⟨U+202C⟩ opened");
    expect(await page.locator("gs-log-list b, gs-log-list script").count()).toBe(0);
  });

  test("a body of a megabyte opens at once and is there to the last letter", async () => {
    const page = await ui.open("/logs?q=oddity:large&last=1h");
    await rowsOf(page).first().waitFor();
    const measure = await mainThreadOf(page);
    const body = page.locator("gs-log-body");
    const spent = await measure(async () => {
      await rowsOf(page).first().click();
      await body.getByText(/^large 0123456789abcdef/).waitFor();
      await settle(page);
    });
    expect(spent).toBeLessThan(1000);
    await body.getByRole("button", { name: "Show more" }).click();
    await body.getByRole("button", { name: "Load all of it" }).click();
    await expect.poll(() => body.getByText(/hidden/).textContent()).toMatch(/9\d\d.KiB hidden/);
  });

  test("a JSON body is a tree, a stack trace has frames", async () => {
    const page = await ui.open("/logs?q=oddity:json&last=1h");
    await rowsOf(page).first().click();
    await page.locator("gs-log-body gs-json-tree").getByText("weight_g:").waitFor();
    await page.goto(`${ui.url}/logs?q=oddity:exception&last=1h`);
    await rowsOf(page).first().click();
    await page.locator("gs-exception").getByText("com.shop.shipping.CarrierClient.send").waitFor();
  });
});

describe("a table", () => {
  test("shows what was counted, over time, and sorts", async () => {
    const page = await ui.open("/logs?last=1h");
    await rowsOf(page).first().waitFor();
    await ask(page, "| count by service every 5m");
    const table = page.getByRole("table", { name: "Result" });
    await table.getByRole("row").nth(2).waitFor();
    await page.locator("gs-log-table gs-time-chart canvas").waitFor();
    const names = (): Promise<string[]> => table.locator("tbody td:first-child").allInnerTexts();
    await table.getByRole("button", { name: "service" }).first().click();
    await expect.poll(async () => (await names()).join()).toBe((await names()).toSorted().join());
    await expect.poll(() => page.url()).toContain("order=0");
    await table.getByRole("button", { name: "payments" }).click();
    await expect.poll(() => queryOf(page)).toBe("service:payments | count by service every 5m");
  });

  test("can be taken along as CSV", async () => {
    const page = await ui.open("/logs?q=|+count+by+level&last=1h");
    await page.getByRole("table", { name: "Result" }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV", exact: true }).click(),
    ]);
    expect(await readFile(await file.path(), "utf8")).toMatch(/^level,count\r\n(?:\w+,\d+\r\n)+$/);
  });
});

describe("what is found", () => {
  test("is downloaded as a file", async () => {
    const page = await ui.open("/logs?q=oddity:*&last=1h");
    await rowsOf(page).first().waitFor();
    await page.getByRole("button", { name: "Download" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "NDJSON" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("logs.ndjson");
    const lines = (await readFile(await file.path(), "utf8")).trim().split("\n");
    expect(lines.length).toBe(7);
    await page.getByText(/Done: /).waitFor();
  });

  test("a search is saved, opened, renamed and deleted", async () => {
    const page = await ui.open("/logs?q=service:payments+level:error&cols=logger.name");
    await page.getByRole("button", { name: "Saved searches" }).click();
    const title = `Failed charges ${Date.now()}`;
    await page.getByRole("textbox", { name: "Name of the present search" }).fill(title);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: new RegExp(`^${title}`) }).waitFor();
    await page.goto(`${ui.url}/logs`);
    await page.getByRole("button", { name: "Saved searches" }).click();
    await page.getByRole("button", { name: new RegExp(`^${title}`) }).click();
    await expect.poll(() => page.url()).toContain("cols=logger.name");
    expect(await queryOf(page)).toBe("service:payments level:error");
    await page.getByRole("button", { name: "Saved searches" }).click();
    await page.getByRole("button", { name: `Rename ${title}` }).click();
    await page.getByRole("textbox", { name: "New name" }).fill(`${title}!`);
    await page.getByRole("button", { name: "Rename", exact: true }).click();
    await page.getByRole("button", { name: `Delete ${title}!` }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: new RegExp(`^${title}`) }).waitFor({ state: "detached" });
  });
});

test("columns are chosen, moved and kept in the address", async () => {
  const page = await ui.open("/logs?last=1h&cols=logger.name,os.type");
  await page.getByRole("columnheader", { name: /os\.type/ }).waitFor();
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("button", { name: "Move os.type up" }).click();
  await expect.poll(() => page.url()).toContain("cols=os.type,logger.name");
  await page.getByRole("searchbox", { name: "Find a field" }).last().fill("service.version");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.url()).toContain("cols=os.type,logger.name,service.version");
});

test("lines wrap on demand, and the address says so", async () => {
  const page = await ui.open("/logs?last=1h");
  await rowsOf(page).first().waitFor();
  await page.getByRole("button", { name: "Wrap" }).click();
  await expect.poll(() => page.url()).toContain("wrap=1");
  await page.locator("gs-log-list[wrap]").waitFor();
});

test("patterns stand in a tab of their own, and lead to their lines", async () => {
  const page = await ui.open("/logs?last=1h");
  await rowsOf(page).first().waitFor();
  await page.getByRole("tab", { name: "Patterns" }).click();
  await page.locator("gs-log-patterns tbody tr").first().waitFor();
  expect(page.url()).toContain("tab=patterns");
});

describe("the live tail", () => {
  test("shows lines as they arrive, and can be paused", async () => {
    const page = await ui.open("/logs");
    sendLines("tail test");
    await page.getByRole("button", { name: "Live tail" }).click();
    await expect.poll(() => page.url()).toContain("tail=1");
    await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(2);
    await page.getByText(/\/s$/).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused").waitFor();
    const held = await rowsOf(page).first().textContent();
    await page.getByRole("button", { name: /\d+ new/ }).waitFor();
    expect(await rowsOf(page).first().textContent()).toBe(held);
    await page.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => rowsOf(page).first().textContent()).not.toBe(held);
  });

  test("nothing moves under who reads further down: new lines wait", async () => {
    const page = await ui.open("/logs?tail=1", { viewport: { width: 1200, height: 330 } });
    sendLines("tail test");
    const list = page.locator("gs-log-list .scroll");
    await expect
      .poll(() => list.evaluate((element) => element.scrollHeight - element.clientHeight))
      .toBeGreaterThan(60);
    await list.evaluate((element) => (element.scrollTop = 44));
    const waiting = page.getByRole("button", { name: /\d+ new/ });
    await waiting.waitFor();
    const held = await page.locator('gs-log-list .row[data-rank="2"]').textContent();
    await page.waitForTimeout(700);
    expect(await page.locator('gs-log-list .row[data-rank="2"]').textContent()).toBe(held);
    await page.keyboard.press("n");
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(0);
  });

  test("one that breaks off is taken up again", async () => {
    const page = await ui.open("/nowhere");
    await answerWith(page, "logs/tail*", 500, { error: { code: 500, message: "cannot follow logs now" } });
    await page.goto(`${ui.url}/logs?tail=1`);
    await page.getByText("cannot follow logs now; trying again").waitFor();
    await page.unrouteAll();
    sendLines("tail test");
    await rowsOf(page).first().waitFor();
  });
});

test("new lines wait behind a button while the range is live", async () => {
  const page = await ui.open("/nowhere");
  const at = { total: 0 };
  await page.route("**/api/v1/logs/summary?*buckets=1", (route) =>
    route.fulfill({
      contentType: "application/x-ndjson",
      body: `${JSON.stringify({ progress: 1, total: (at.total += 7), startMillis: 0, stepMillis: 1, levels: {} })}\n`,
    }),
  );
  await page.goto(`${ui.url}/logs`);
  await rowsOf(page).first().waitFor();
  await askAgain(page);
  await page.getByRole("button", { name: "7 new" }).click();
  await page.getByRole("button", { name: "7 new" }).waitFor({ state: "detached" });
  await rowsOf(page).first().waitFor();
});

describe("what a server rarely is", () => {
  test("one that counts slowly shows what it has so far", async () => {
    const page = await ui.open("/nowhere");
    const part = {
      progress: 0.25,
      total: 1234,
      startMillis: Date.now() - 1_800_000,
      stepMillis: 15_000,
      levels: { info: [1234] },
    };
    await page.route("**/api/v1/logs/summary?*", (route) =>
      route.fulfill({ contentType: "application/x-ndjson", body: `${JSON.stringify(part)}\n` }),
    );
    await page.goto(`${ui.url}/logs`);
    await page.getByRole("status").getByText("so far").waitFor();
  });

  test("one that fails says so, and can be asked again", async () => {
    const page = await ui.open("/nowhere");
    await answerWith(page, "logs?*", 500, { error: { code: 500, message: "cannot read the store" } });
    await page.goto(`${ui.url}/logs`);
    const alert = page.getByRole("alert").filter({ hasText: "Cannot read the store" });
    await alert.waitFor();
    await page.unrouteAll();
    await alert.getByRole("button", { name: "Try again" }).click();
    await rowsOf(page).first().waitFor();
  });
});
