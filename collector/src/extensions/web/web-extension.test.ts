import { request as httpRequest } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { config } from "./config.ts";
import { findUi } from "./static-files.ts";
import { WebExtension } from "./web-extension.ts";

const running: WebExtension[] = [];
afterEach(async () => {
  for (const web of running.splice(0)) await web.shutdown(Date.now() + 500);
});

async function start(
  fetchApi: (request: Request) => Promise<Response>,
  expectRequests: () => void = () => {},
): Promise<number> {
  const settings = testSettings("extension", "web");
  const front = { fetchApi, expectRequests, metricsText: async () => "" };
  const host = { ...settings.host, front };
  const web = new WebExtension({ ...settings, host }, readConfig(config, "endpoint: localhost:0"));
  running.push(web);
  await web.start();
  return web.ports()[""];
}

describe("the web port", () => {
  it("cancels a query when its client goes away, and answers others in the meantime", async () => {
    let asked: (signal: AbortSignal) => void = () => {};
    const arrived = new Promise<AbortSignal>((resolve) => (asked = resolve));
    const port = await start(async ({ signal }) => {
      asked(signal);
      return new Promise<Response>((_, reject) =>
        signal.addEventListener("abort", () => reject(new DOMException("gone", "AbortError"))),
      );
    });
    const client = httpRequest({ port, host: "127.0.0.1", path: "/api/v1/traces" });
    client.on("error", () => {});
    client.end();
    const signal = await arrived;
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect(signal.aborted).toBe(false);
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    client.destroy();
    await aborted;
  });

  it.each(["api", "jaeger", "prometheus", "loki", "alertmanager"])(
    "asks the API for what is under /%s",
    async (prefix) => {
      const port = await start(async ({ url }) => new Response(new URL(url).pathname));
      const path = `/${prefix}/api/v2/status`;
      expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).toBe(path);
    },
  );

  it("takes nothing that a page of another site sends, and answers programs and its own pages", async () => {
    const port = await start(async ({ method }) => new Response(method));
    const send = async (method: string, site?: string) => {
      const headers: Record<string, string> = site === undefined ? {} : { "sec-fetch-site": site };
      const response = await new Promise<{ status: number; text: string }>((resolve, reject) => {
        const request = httpRequest({ port, host: "127.0.0.1", path: "/api/v1/boards", method, headers }, (answer) => {
          let text = "";
          answer.on("data", (chunk) => (text += String(chunk)));
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
        });
        request.on("error", reject);
        request.end(method === "POST" ? "{}" : undefined);
      });
      return response;
    };
    expect(await send("POST", "cross-site")).toMatchObject({
      status: 403,
      text: expect.stringMatching(/another site/),
    });
    expect(await send("DELETE", "cross-site")).toMatchObject({ status: 403 });
    expect(await send("GET", "cross-site")).toEqual({ status: 200, text: "GET" });
    expect(await send("POST", "same-origin")).toEqual({ status: 200, text: "POST" });
    expect(await send("POST")).toEqual({ status: 200, text: "POST" });
  });

  it.skipIf(findUi() === undefined)(
    "has the UI's metrics explorer for browsers where scrapers find metrics",
    async () => {
      const port = await start(async () => new Response());
      const ask = async (accept: string) =>
        (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { accept } })).headers.get("content-type");
      expect(await ask("text/html,application/xhtml+xml,*/*;q=0.8")).toMatch(/^text\/html/);
      expect(await ask("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")).toMatch(
        /^text\/plain; version=0\.0\.4/,
      );
      expect(await ask("*/*")).toMatch(/^text\/plain/);
    },
  );

  it.skipIf(findUi() === undefined)(
    "says when a page is opened, so that its first questions find a thread",
    async () => {
      let pages = 0;
      const port = await start(
        async () => new Response(),
        () => pages++,
      );
      await fetch(`http://127.0.0.1:${port}/services/orders`);
      await fetch(`http://127.0.0.1:${port}/api/v1/info`);
      await fetch(`http://127.0.0.1:${port}/assets/none.js`);
      expect(pages).toBe(1);
    },
  );
});
