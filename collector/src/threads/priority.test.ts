import { readFileSync, readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";

const nices = () =>
  readdirSync("/proc/self/task").map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
  });

it.runIf(process.platform === "linux")("lowers one thread and no other", async () => {
  const lowered = getPriority(0) + 7;
  const before = nices().filter((nice) => nice === lowered).length;
  const worker = new Worker(
    `import { lowerPriority } from ${JSON.stringify(new URL("./priority.ts", import.meta.url).href)};
     import { parentPort } from "node:worker_threads";
     lowerPriority(7);
     parentPort.postMessage("lowered");
     parentPort.once("message", () => {});`,
    { eval: true },
  );
  await new Promise((resolve) => worker.once("message", resolve));
  expect(nices().filter((nice) => nice === lowered).length).toBe(before + 1);
  await worker.terminate();
});
