/** Sends the generated shop to a real collector by OTLP/HTTP JSON, so that the browser tests find there what they find in the mock. */
import { Corpus } from "./corpus.ts";
import { toOtlpLogs, toOtlpTraces } from "./mock-traces.ts";

/** `url`: the OTLP/HTTP endpoint, such as http://127.0.0.1:4318. Throws when the collector refuses anything. */
export async function seedCollector(url: string): Promise<void> {
  const corpus = new Corpus(Date.now());
  await post(`${url}/v1/logs`, toOtlpLogs({ logs: corpus.looseLogs }));
  for (const trace of corpus.traces) {
    await post(`${url}/v1/traces`, toOtlpTraces(trace));
    if (trace.logs.length > 0) await post(`${url}/v1/logs`, toOtlpLogs(trace));
  }
}

async function post(address: string, body: unknown): Promise<void> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`cannot send to ${address}: ${response.status} ${await response.text()}`);
}
