import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import type { HostState } from "../../component/component.ts";
import { healthCheckConfig } from "./config.ts";
import { createHealthCheck } from "./health-check.ts";

const running: { shutdown?(deadline: number): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.shutdown?.(Date.now());
});

async function create(yaml = "{}") {
  const settings = testSettings("extension", "health_check");
  const config = { ...readConfig(healthCheckConfig, yaml), endpoint: "localhost:0" };
  const extension = createHealthCheck(settings, config);
  running.push(extension);
  await extension.start?.();
  const port = extension.ports?.()[""] ?? 0;
  const ask = async (path = "/", method = "GET") => {
    const response = await fetch(`http://localhost:${port}${path}`, { method });
    return [response.status, await response.text()] as const;
  };
  return { settings, extension, port, ask };
}

test("answers 200 only while everything is ready", async () => {
  const { settings, ask } = await create();
  const statuses: unknown[] = [];
  for (const state of ["starting", "ready", "stopping"] satisfies HostState[]) {
    settings.state = state;
    const [status, body] = await ask();
    statuses.push([status, JSON.parse(body).status]);
  }
  expect(statuses).toEqual([
    [503, "Server not available"],
    [200, "Server available"],
    [503, "Server not available"],
  ]);
});

test("is up since all was ready, not since it was first asked", async () => {
  const { settings, ask } = await create();
  settings.state = "ready";
  await setTimeout(600);
  const asked = Date.now();
  const { upSince } = JSON.parse((await ask())[1]) as { upSince: string };
  expect(asked - Date.parse(upSince)).toBeGreaterThan(100);
});

test("answers on its path only, with bodies of one's own", async () => {
  const { settings, ask } = await create("{path: /health, response_body: {healthy: fine, unhealthy: not yet}}");
  expect(await ask("/health?full")).toEqual([503, "not yet"]);
  settings.state = "ready";
  expect(await ask("/health")).toEqual([200, "fine"]);
  expect(await ask("/health", "HEAD")).toEqual([200, ""]);
  expect((await ask("/"))[0]).toBe(404);
});

test("a port in use is said with what to do about it", async () => {
  const { port, settings } = await create();
  const second = createHealthCheck(settings, { ...readConfig(healthCheckConfig, "{}"), endpoint: `localhost:${port}` });
  await expect(second.start?.()).rejects.toThrow(`cannot listen on localhost:${port}: the port is in use`);
  await second.shutdown?.(Date.now());
});

test("closes its port when it is shut down, also when it never started", async () => {
  const { extension, ask } = await create();
  await extension.shutdown?.(Date.now());
  await expect(ask()).rejects.toThrow("fetch failed");
  await createHealthCheck(testSettings(), readConfig(healthCheckConfig, "{}")).shutdown?.(Date.now());
});

test("a mistake in the configuration is said", () => {
  expect(tryConfig(healthCheckConfig, "endpoint: localhost").issues[0]).toContain("expected an address as host:port");
  expect(tryConfig(healthCheckConfig, "path: health").issues[0]).toContain("expected a path that begins with /");
  expect(tryConfig(healthCheckConfig, "check_collector_pipeline: {enabled: true}").warnings).toHaveLength(1);
});
