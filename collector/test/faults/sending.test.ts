/** A process that sends notifications is killed again and again: nothing is lost, and nothing is sent twice that was agreed to. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { startChatServer, type ChatServer } from "../kit/chat-server.ts";
import { tempDirectory } from "../kit/stores.ts";

const NOTIFICATIONS = 40;
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function runUntilDone(
  directory: string,
  server: ChatServer,
  onRequest: (kill: () => void) => void,
): Promise<number> {
  let kills = 0;
  for (let starts = 0; starts < 60; starts++) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "../kit/sending-child.ts"), join(directory, "documents.db"), `${server.url}/hook`],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    const ended = new Promise<string | number>((resolve) =>
      child.once("close", (code, signal) => resolve(signal ?? code ?? -1)),
    );
    onRequest(() => child.kill("SIGKILL"));
    const how = await ended;
    if (how === 0) return kills;
    expect(how).toBe("SIGKILL");
    kills++;
  }
  throw new Error("it never came to its end");
}

it("killed before the answer: each is agreed to exactly once", async () => {
  const directory = tempDirectory();
  open.push(directory.remove);
  const agreed: string[] = [];
  let kill = () => {};
  const server = await startChatServer(({ json }, number) => {
    if (number % 11 === 0) {
      kill();
      return { instead: "silence" };
    }
    agreed.push(json.groupLabels.alertname);
    return {};
  });
  open.push(() => server.close());
  const kills = await runUntilDone(directory.path, server, (next) => (kill = next));
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(agreed).toEqual(Array.from({ length: NOTIFICATIONS }, (_, i) => `A${i}`));
}, 60_000);

it("killed at any moment: each is agreed to, and only what was on its way at a kill may be again", async () => {
  const directory = tempDirectory();
  open.push(directory.remove);
  const agreed: string[] = [];
  let kill = () => {};
  const server = await startChatServer(({ json }, number) => {
    agreed.push(json.groupLabels.alertname);
    // Between the answer and the next request, sooner or later.
    if (number % 13 === 0) setTimeout(() => kill(), number % 4);
    return {};
  });
  open.push(() => server.close());
  const kills = await runUntilDone(directory.path, server, (next) => (kill = next));
  expect(new Set(agreed).size).toBe(NOTIFICATIONS);
  expect(kills).toBeGreaterThan(0);
  expect(agreed.length - NOTIFICATIONS).toBeLessThanOrEqual(kills);
}, 60_000);
