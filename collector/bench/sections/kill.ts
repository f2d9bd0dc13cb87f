/** kill -9 in the middle of a load: is everything that was acknowledged there after a restart? */
import { setTimeout as sleep } from "node:timers/promises";
import { startSender } from "../load/run-sender.ts";
import { DURABILITY } from "../subject/server.ts";
import { storedSpans } from "../subject/stored-spans.ts";
import { senderDefaults, withServer, type Section } from "./section.ts";

export const kill: Section = {
  name: "kill",
  async run(bench) {
    let acknowledged = 0;
    let stored = 0;
    let lost = 0;
    for (let k = 0; k < bench.options.kills; k++) {
      const one = await withServer(bench, {}, async (server) => {
        const options = { ...senderDefaults(bench), ...server.otlpHttp, seconds: 60, seed: 40 + k };
        const sender = await startSender(options);
        await sleep(1000 + Math.random() * 1500);
        await server.kill();
        sender.stop();
        const { records } = await sender.result;
        await server.restart();
        return { records, found: await storedSpans(server) };
      });
      acknowledged += one.records;
      stored += one.found;
      lost += Math.max(0, one.records - one.found);
    }
    return [
      {
        title: "kill -9",
        note: `${bench.options.kills} times, at a random moment of a closed loop over 16 connections; 512 spans a request, ${DURABILITY}. More may be stored than was acknowledged: requests whose answer was cut off.`,
        head: ["row", "figure"],
        rows: [
          {
            cells: ["acknowledged spans that are lost", `${lost} of ${acknowledged} acknowledged; ${stored} stored`],
            target: "lostByKill",
            measured: [lost],
          },
        ],
      },
    ];
  },
};
