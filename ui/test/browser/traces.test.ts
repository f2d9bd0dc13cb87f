/** Finding traces: query, form, plot, list, paging. */
import { expect, test } from "vitest";
import { useUi } from "../kit/use-ui.ts";

const ui = useUi();

test("the query's text and the form say the same", async () => {
  const page = await ui.open("/traces?q=service:payments+error");
  await page.getByRole("table", { name: "Traces" }).waitFor();
  expect(await page.getByRole("combobox", { name: "Service", exact: true }).inputValue()).toBe("payments");
  expect(await page.getByRole("checkbox", { name: "Errors only" }).isChecked()).toBe(true);
  await page.getByRole("checkbox", { name: "Errors only" }).uncheck();
  await page.getByRole("textbox", { name: "Duration longer than" }).fill("200ms");
  await page.keyboard.press("Tab");
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("service:payments duration>200ms");
});

test("the query bar suggests keys and values", async () => {
  const page = await ui.open("/traces");
  const query = page.getByRole("combobox", { name: "Query" });
  await query.fill("ser");
  await page.getByRole("option", { name: "service: one service" }).click();
  await query.pressSequentially("pay");
  await page.getByRole("option", { name: "payments service" }).click();
  await query.pressSequentially("http.rou");
  await page.getByRole("option", { name: /^http.route:/ }).click();
  await page.getByRole("option", { name: /^\/charge/ }).click();
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("service:payments http.route:/charge");
  await page.getByRole("table", { name: "Traces" }).getByRole("link", { name: "POST /checkout" }).first().waitFor();
});

test("a query that the server can't read is marked where it is wrong", async () => {
  const page = await ui.open("/traces?q=duration>soon");
  const complaint = page.getByRole("alert");
  await complaint.waitFor();
  expect(await complaint.locator("mark").innerText()).toBe("soon");
});

test("older traces follow below, none twice", async () => {
  const page = await ui.open("/traces?last=1h");
  const rows = page.locator('[role="row"].line');
  await rows.first().waitFor();
  const before = await rows.count();
  await page.getByRole("button", { name: "Older traces" }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(before);
  const ids = await rows.evaluateAll((elements) => elements.map((element) => element.getAttribute("data-trace")));
  expect(new Set(ids).size).toBe(ids.length);
});

test("sorting by duration is in the address, a dot opens its trace", async () => {
  const page = await ui.open("/traces?q=service:payments+error");
  await page.getByRole("columnheader", { name: "Duration" }).getByRole("button").click();
  await expect.poll(() => new URL(page.url()).searchParams.get("sort")).toBe("duration");
  const plot = page.getByRole("img", { name: /Durations of/ });
  const point = await plot.evaluate((canvas) => {
    const scatter = (canvas.getRootNode() as ShadowRoot).host as unknown as {
      plot: { dots: { x: number; y: number }[] };
    };
    return scatter.plot.dots[0];
  });
  await plot.click({ position: point });
  await page.getByRole("tree").waitFor();
});

test("nothing found says why and offers a way on", async () => {
  const page = await ui.open("/traces?q=service:nobody");
  await page.getByRole("heading", { name: "No traces found" }).waitFor();
  await page.getByRole("button", { name: "Clear the query", exact: true }).last().click();
  await page.getByRole("table", { name: "Traces" }).waitFor();
});

test("what is found is shown while the search goes on", async () => {
  const page = await ui.open("/services");
  await page.getByRole("columnheader", { name: /Service/ }).waitFor();
  const whole = (await (await page.request.get(`${ui.url}/api/v1/traces?limit=3`)).json()) as { traces: object[] };
  await page.evaluate((traces) => {
    const original = window.fetch.bind(window);
    window.fetch = async (input, init) => {
      if (typeof input !== "string" || !input.startsWith("/api/v1/traces?")) return original(input, init);
      const line = (value: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(line({ trace: traces[0] }));
          controller.enqueue(line({ progress: 0.25 }));
          window.addEventListener("search-on", () => {
            for (const trace of traces.slice(1)) controller.enqueue(line({ trace }));
            controller.enqueue(line({ progress: 1, truncated: false, partial: "one block could not be read" }));
            controller.close();
          });
        },
      });
      return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
    };
  }, whole.traces);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.getByRole("status").getByText("searching").waitFor();
  expect(await page.locator("gs-trace-list .line").count()).toBe(1);
  await page.evaluate(() => window.dispatchEvent(new Event("search-on")));
  await expect.poll(() => page.locator("gs-trace-list .line").count()).toBe(3);
  await page.getByText("one block could not be read").waitFor();
  expect(await page.getByText("searching").count()).toBe(0);
});
