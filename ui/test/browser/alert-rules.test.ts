/** The editor of rules: form and file say the same, what is wrong is marked, what it would have done is drawn, nobody's change is lost. */
import { expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const MOCK_ONLY = { skip: IS_REAL };
const MINE = "/alerts?tab=rules&file=mine";

test("form and file follow each other, and what it would have done follows both", MOCK_ONLY, async () => {
  const page = await ui.open(MINE);
  const form = page.getByRole("form", { name: "The rule" });
  const yaml = page.getByRole("combobox", { name: "YAML of the rule file" });
  await form.waitFor();
  expect(await form.getByRole("textbox", { name: "Name" }).inputValue()).toBe("QueueLong");
  const preview = page.getByRole("region", { name: "What it would have done" });
  await preview.getByText("Would have fired 3 times in the last 24 hours").waitFor();
  expect(await preview.innerText()).toContain("nothing is known of the time before");
  await form.getByRole("textbox", { name: "than" }).fill("11");
  await preview.getByText("Would not have fired in the last 24 hours").waitFor();
  expect(await yaml.inputValue()).toContain("expr: max(shop_queue_length) > 11 # seen in May\n");
  await preview.getByRole("radio", { name: "7 d" }).click();
  await preview.getByText("in the last 7 days").waitFor();
  expect(page.url()).toContain("over=7d");
  const text = await yaml.inputValue();
  await yaml.fill(text.replace("> 11", "> 7"));
  await expect.poll(() => form.getByRole("textbox", { name: "than" }).inputValue()).toBe("7");
  const rows = preview.getByRole("region", { name: /Times at which/ }).locator("tbody tr");
  await expect.poll(() => rows.count()).toBe(3);
  await rows.first().getByRole("link").click();
  await page.waitForURL(/\/metrics\?.*max\(shop_queue_length\)|\/metrics\?q=max/);
});

test("what is wrong is marked and listed, and leads to its place", MOCK_ONLY, async () => {
  const page = await ui.open(MINE);
  const yaml = page.getByRole("combobox", { name: "YAML of the rule file" });
  await yaml.waitFor();
  await yaml.fill((await yaml.inputValue()).replace("max(", "oops max("));
  const issue = page.getByRole("button", { name: /6:15: could not parse expression: <b>/ });
  await issue.click();
  expect(await yaml.evaluate((field: HTMLTextAreaElement) => field.selectionStart)).toBe(
    (await yaml.inputValue()).indexOf("oops"),
  );
  await page.getByText("It cannot run as it stands").waitFor();
});

test("what runs and is hardly meant is listed, and replayed all the same", MOCK_ONLY, async () => {
  const page = await ui.open(MINE);
  const yaml = page.getByRole("combobox", { name: "YAML of the rule file" });
  await yaml.waitFor();
  await yaml.fill((await yaml.inputValue()).replace("alert: QueueLong", "alert: Twice"));
  await page.getByRole("button", { name: /"Twice" stands in line 1 already/ }).waitFor();
  await page.getByText("Would have fired 3 times in the last 24 hours").waitFor();
  expect(await page.getByText("It cannot run as it stands").count()).toBe(0);
});

test("what is not saved survives leaving, and somebody else's change is not written over", MOCK_ONLY, async () => {
  const page = await ui.open(MINE);
  const form = page.getByRole("form", { name: "The rule" });
  await form.getByRole("textbox", { name: "Name" }).fill("Mine");
  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await page.getByRole("link", { name: "mine not saved" }).click();
  await expect.poll(() => form.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Mine");
  const theirs = await page.evaluate(async () => {
    const path = "/api/v1/alerting/rule-files/mine";
    const { text } = (await (await fetch(path)).json()) as { text: string };
    const changed = text.replace("QueueLong", "Theirs");
    await fetch(path, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: changed }),
    });
    return changed;
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = page.getByRole("alert", { name: "Somebody else changed it" });
  await conflict.waitFor();
  expect(await conflict.innerText()).toMatch(/−\s+- alert: Theirs[^]*\+\s+- alert: Mine/);
  await conflict.getByRole("button", { name: "Keep mine over theirs" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(() => page.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(true);
  const now = await page.evaluate(
    async () => (await (await fetch("/api/v1/alerting/rule-files/mine")).json()) as { text: string },
  );
  expect([theirs.includes("Theirs"), now.text.includes("alert: Mine")]).toEqual([true, true]);
});

test("one from disk is read, and copied", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=rules&file=rules/shop.yml");
  await page.getByText("lies on disk").waitFor();
  const yaml = page.getByRole("combobox", { name: "YAML of the rule file" });
  expect(await yaml.getAttribute("readonly")).not.toBeNull();
  await page.getByRole("button", { name: /Copy/ }).click();
  await page.getByRole("textbox", { name: "Name of the new file" }).fill("mine");
  await expect.poll(() => yaml.inputValue()).toContain("alert: Down");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("There is a file mine already").waitFor();
});

test("a log query becomes an alert in a file of mine", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=rules&new=logs&ask=service:payments");
  const form = page.getByRole("form", { name: "The rule" });
  await expect.poll(() => form.getByRole("textbox", { name: "Log query" }).inputValue()).toBe("service:payments");
  expect(await form.getByRole("radio", { name: "Logs" }).isChecked()).toBe(true);
  await form.getByRole("radio", { name: "Objective" }).check();
  await form.getByRole("combobox", { name: "Service" }).fill("payments");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("nothing wrong").waitFor();
  expect(await page.getByRole("combobox", { name: "YAML of the rule file" }).inputValue()).toContain(
    "objective: 99.9%",
  );
});

test("objectives tell what is left, how fast it burns and who was told", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=objectives");
  const burning = page.getByRole("region", { name: "Objective PaymentsAvailability" });
  await burning.waitFor();
  const text = await burning.innerText();
  expect(text).toMatch(/overdrawn/);
  expect(text).toMatch(/22 ×/);
  expect(text).toContain("68 % of requests fail");
  await page.getByRole("link", { name: "New objective" }).click();
  await page.getByRole("form", { name: "The rule" }).getByRole("radio", { name: "Objective" }).waitFor();
});

test("what is looked at becomes an alert: a query of metrics, of logs, a search of traces", MOCK_ONLY, async () => {
  const page = await ui.open("/metrics?q=up");
  const yaml = page.getByRole("combobox", { name: "YAML of the rule file" });
  await page.getByRole("link", { name: "Make an alert of Query A" }).click();
  await expect.poll(() => yaml.inputValue()).toMatch(/expr: up > [\d.]+\n/);
  for (const [path, written] of [
    ["/logs?q=level:error", /logs:\n\s+query: level:error\n/],
    ["/traces?q=service:payments", /traces:\n\s+query: service:payments\n/],
  ] as const) {
    await page.goto(ui.url + path);
    await page.getByRole("link", { name: "Alert", exact: true }).click();
    await expect.poll(() => yaml.inputValue()).toMatch(written);
  }
});
