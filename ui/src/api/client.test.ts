import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "./api-error.ts";
import { fetchJson, isAnswering } from "./client.ts";

afterEach(() => vi.unstubAllGlobals());

const { signal } = new AbortController();

test("knows whether the collector answers: also an error is an answer, and nobody waiting any more says nothing", async () => {
  const ask = (answer: () => Promise<Response>, within = signal): Promise<unknown> => {
    vi.stubGlobal("fetch", answer);
    return fetchJson("info", {}, within).catch((error: unknown) => error);
  };
  const nobody = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));
  const told: boolean[] = [];
  const end = isAnswering.subscribe((value) => told.push(value));
  const gone = new AbortController();
  gone.abort();
  await ask(nobody, gone.signal);
  expect(told).toEqual([]);
  expect(await ask(nobody)).toBeInstanceOf(ApiError);
  await ask(nobody);
  await ask(async () => new Response("{}", { status: 500 }));
  end();
  expect(told).toEqual([false, true]);
});
