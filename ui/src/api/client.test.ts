import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "./api-error.ts";
import { fetchFile, fetchJson, isAnswering, isSignedOut, type FileProgress } from "./client.ts";

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

test("knows when the web port wants its token; what a proxy asks for is another matter", async () => {
  const ask = async (challenge: string): Promise<void> => {
    vi.stubGlobal("fetch", async () => new Response("{}", { status: 401, headers: { "www-authenticate": challenge } }));
    await fetchJson("info", {}, signal).catch(() => {});
  };
  await ask('Basic realm="the office"');
  expect(isSignedOut.value).toBe(false);
  await ask('Bearer realm="Goldspan"');
  expect(isSignedOut.value).toBe(true);
});

test("a file tells how far it is, where the server says how many lines there will be", async () => {
  const parts = ["a\nb\n", "c\n", "d"].map((text) => new TextEncoder().encode(text));
  const answer = (headers: Record<string, string>): Response =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const part of parts) controller.enqueue(part);
          controller.close();
        },
      }),
      { headers },
    );
  const load = async (headers: Record<string, string>): Promise<{ text: string; told: FileProgress[] }> => {
    vi.stubGlobal("fetch", async () => answer(headers));
    const told: FileProgress[] = [];
    const file = await fetchFile("logs/export", {}, signal, (progress) => told.push(progress));
    return { text: await file.text(), told };
  };
  expect(await load({ "x-total": "4" })).toEqual({
    text: "a\nb\nc\nd",
    told: [
      { bytes: 4, share: 0.5 },
      { bytes: 6, share: 0.75 },
      { bytes: 7, share: 0.75 },
    ],
  });
  expect((await load({})).told[0]).toEqual({ bytes: 4 });
});
