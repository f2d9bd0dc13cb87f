/** Silences: what is held back and until when; made by hand or from an alert, ended, made again. */
import { expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const MOCK_ONLY = { skip: IS_REAL };
const PATH = "/alerts?tab=silences";

test("each says which alerts, how many, by whom and how long still", MOCK_ONLY, async () => {
  const page = await ui.open(PATH);
  const row = page.getByRole("row", { name: /db-/ });
  const text = await row.innerText();
  expect(text).toContain('alertname="DiskFull"');
  expect(text).toContain("mara: the disk is being replaced <b>today</b>");
  expect(text).toContain("1 alert");
  expect(text).toMatch(/(?:6|5)\s*h.* left/);
  expect(await page.getByRole("row", { name: /pending/ }).innerText()).toMatch(/begins in (?:20|19)\s*h/);
});

test("one is made from an alert with its labels, and ended", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts");
  await page.getByRole("link", { name: /68 % of requests fail/ }).click();
  await page.getByRole("link", { name: "Silence" }).click();
  const form = page.getByRole("form", { name: "New silence" });
  await expect
    .poll(() => form.getByRole("textbox", { name: "Value of label 1" }).inputValue())
    .toBe("ErrorRatioUnusual");
  await form.getByRole("radio", { name: "4 h" }).check();
  await form.getByRole("textbox", { name: "Who" }).fill("kim");
  await form.getByRole("textbox", { name: "Why" }).fill("known, is being fixed");
  await form.getByRole("button", { name: "Silence" }).click();
  await form.waitFor({ state: "detached" });
  const row = page.getByRole("row", { name: /kim: known/ });
  await row.waitFor();
  expect(await row.innerText()).toMatch(/active[^]*4\s*h left/);
  await row.getByRole("button", { name: "Expire" }).click();
  await row.getByRole("button", { name: "Again" }).waitFor();
});

test("one that would meet everything is refused with what to do", MOCK_ONLY, async () => {
  const page = await ui.open(PATH);
  await page.getByRole("table").waitFor();
  await page.keyboard.press("n");
  const form = page.getByRole("form", { name: "New silence" });
  await form.getByRole("textbox", { name: "Label 1", exact: true }).fill("job");
  await form.getByRole("combobox").selectOption("=~");
  await form.getByRole("textbox", { name: "Value of label 1" }).fill(".*");
  await form.getByRole("textbox", { name: "Who" }).fill("kim");
  await form.getByRole("textbox", { name: "Why" }).fill("test");
  await form.getByRole("button", { name: "Silence" }).click();
  expect(await form.getByRole("alert").innerText()).toContain("it would meet everything");
});
