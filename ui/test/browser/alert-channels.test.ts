/** The tab of channels: how they do, tests, previews, routes, what was given up. */
import { expect, test } from "vitest";
import { IS_REAL } from "../kit/page.ts";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();
const MOCK_ONLY = { skip: IS_REAL };

test("channels tell how they do, and a test says how it went", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=channels");
  const channels = page.getByRole("region", { name: "Channels" });
  const row = channels.getByRole("row", { name: /on-call/ });
  await row.waitFor();
  expect(await channels.getByRole("row", { name: /ops/ }).innerText()).toMatch(/fails[^]*HTTP 503/);
  await row.getByRole("button", { name: "Send a test" }).click();
  await row.getByText("The test failed: HTTP 404: no_team").waitFor();
});

test(
  "a message is shown as its channel shows it, firing and resolved, and its text is never markup",
  MOCK_ONLY,
  async () => {
    const page = await ui.open("/alerts?tab=channels");
    await page
      .getByRole("row", { name: /on-call/ })
      .getByRole("link", { name: "Preview" })
      .click();
    await page.waitForURL(/channel=on-call/);
    const preview = page.getByRole("region", { name: "How it looks" });
    const message = preview.getByRole("article", { name: "The message" });
    await message.getByRole("heading", { name: "[FIRING:1] ErrorRatioUnusual payments" }).waitFor();
    await message.getByText("<img src=x onerror=alert(1)> 68 % of requests fail").waitFor();
    expect(await message.locator("img").count()).toBe(0);
    await message.getByText("the alert's chart and trace as a picture").waitFor();
    await preview.getByRole("radio", { name: "Resolved" }).click();
    await page.waitForURL(/over=1/);
    await message.getByRole("heading", { name: "[RESOLVED] ErrorRatioUnusual payments" }).waitFor();
    await preview.getByText("What is sent").click();
    await preview.getByText("https://hooks.slack.com/<secret>").waitFor();
    await page.keyboard.press("j");
    await preview.getByText("ops (webhook)").waitFor();
    await preview.getByText("This channel is not told when an alert is over").waitFor();
    await page.keyboard.press("Escape");
    await preview.waitFor({ state: "detached" });
  },
);

test("routes show which of them takes labels that are typed, or an active alert", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=channels");
  const routes = page.getByRole("region", { name: "Who is told of what" });
  const taken = routes.locator("gs-route-tree li.taken");
  await routes.locator("gs-route-tree li").nth(3).waitFor();
  expect(await taken.count()).toBe(0);
  const field = routes.getByRole("searchbox", { name: "Labels of an alert" });
  await field.fill("severity=page service_name=payments");
  await expect.poll(() => taken.count()).toBe(2);
  await page.waitForURL(/labels=severity/);
  expect(await routes.getByRole("status").innerText()).toContain("It goes to on-call, ops.");
  await field.fill("severity=warning service_name=orders");
  await routes.getByText("on-call would hear of it at another time").waitFor();
  expect(await taken.innerText()).toContain("only: office-hours (Monday to Friday, 08:00 to 18:00 (Europe/Berlin))");
  await field.fill("nonsense");
  await routes.getByText("Write labels as name=value").waitFor();
  await routes
    .getByRole("combobox", { name: "Or an active alert" })
    .selectOption({ label: "DiskFull: alertname=DiskFull instance=db-1 severity=ticket" });
  await routes.getByRole("link", { name: "silenced" }).waitFor();
});

test("what was given up is sent again or dropped", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts?tab=channels");
  const letters = page.getByRole("region", { name: "Given up" });
  await letters.getByText("HTTP 503: <b>busy</b>").waitFor();
  await letters.getByRole("button", { name: "Drop" }).click();
  await letters.waitFor({ state: "detached" });
});

test("without channels it says how to get them", MOCK_ONLY, async () => {
  const page = await ui.open("/alerts");
  await page.route("**/api/v1/alerting/channels", (route) =>
    route.fulfill({ json: { configFile: "", issues: [], channels: [], routes: [], timeIntervals: [] } }),
  );
  await page.getByRole("tab", { name: "Channels" }).click();
  await page.getByText("Nobody is told").waitFor();
  expect(await page.getByRole("region", { name: "Who is told of what" }).count()).toBe(0);
});
