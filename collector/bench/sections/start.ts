/** The built program on an empty directory: time to its ready line, and memory when it has nothing to do. */
import { setTimeout as sleep } from "node:timers/promises";
import { shortNumber } from "../report/result-table.ts";
import { residentMb } from "../subject/processes.ts";
import { withServer, type Section } from "./section.ts";

const IDLE_MILLIS = 5000;

export const start: Section = {
  name: "start",
  run: (bench) =>
    withServer(bench, {}, async (server) => {
      await sleep(IDLE_MILLIS);
      const idle = residentMb(server.pids);
      return [
        {
          title: "Start and idle",
          note: "The built program on an empty directory.",
          head: ["row", "figure"],
          rows: [
            { cells: ["ready line", `${shortNumber(server.startMillis)} ms`] },
            { cells: ["resident memory after 5 s", `${idle} MB`], target: "memoryIdle", measured: [idle] },
          ],
        },
      ];
    }),
};
