import { expect, it } from "vitest";
import { logsRequest, traceIdOf, tracesRequest } from "../../test/kit/simple-otlp.ts";
import { logsOf, spansOf } from "../../test/kit/stores.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { createApi } from "./api.ts";

function start(maxPinnedBytes = 0) {
  const store = new MemoryStore(maxPinnedBytes);
  const info = () => ({ version: "1", startedAtMillis: 0, ports: {} });
  const api = createApi({ reader: store, documents: store.documents, info, reportError: () => {} });
  const call = async (method: string, path: string, body?: string) => {
    const response = await api.request(`/api/v1${path}`, { method, body });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  return { store, call };
}

const ID = traceIdOf(1).toString("hex");

async function fill(store: MemoryStore): Promise<void> {
  await store.append(spansOf(tracesRequest({ trace: 1, id: 1 }, { trace: 1, id: 2 })));
  await store.append(logsOf(logsRequest({ body: "x", trace: 1 })));
}

it("pins, lists and unpins a trace", async () => {
  const { store, call } = start();
  await fill(store);
  const pinned = await call("PUT", `/traces/${ID}/pin`, JSON.stringify({ reason: "evidence of alert 5" }));
  expect([pinned.status, pinned.body]).toMatchObject([
    200,
    { traceId: ID, reason: "evidence of alert 5", isComplete: true, spanCount: 2, logCount: 1 },
  ]);
  expect((await call("GET", "/pins")).body).toEqual({ pins: [pinned.body] });
  expect((await call("PUT", `/traces/${ID}/pin`)).body.reason).toBe("");
  expect((await call("DELETE", `/traces/${ID}/pin`)).status).toBe(204);
  const again = await call("DELETE", `/traces/${ID}/pin`);
  expect([again.status, again.body.error.message]).toEqual([404, `cannot unpin the trace ${ID}: it is not pinned`]);
});

it("refuses an unknown trace, a body that is none, and more than the budget holds", async () => {
  const { store, call } = start(10);
  expect((await call("PUT", `/traces/${ID}/pin`)).status).toBe(404);
  await fill(store);
  for (const body of ["{", '{"reason":5}', JSON.stringify({ reason: "x".repeat(501) })])
    expect((await call("PUT", `/traces/${ID}/pin`, body)).status).toBe(400);
  const full = await call("PUT", `/traces/${ID}/pin`, "{}");
  expect([full.status, full.body.error.message]).toEqual([
    507,
    expect.stringMatching(/^cannot pin the trace: its copy takes \d+ bytes, and 0 of 10 are used/),
  ]);
});
