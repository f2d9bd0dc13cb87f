/**
 * What span_metrics and service_graph add to the cost of ingest, and exceptions beside them: the same load on three servers, one without, as
 * they are shipped, metrics stored. By short turns, because a machine's speed changes from minute to minute: each is compared with the turns
 * beside it. The servers have served for a while before, since compiling the connectors' code is no cost of a span; and a turn is as long as
 * the time between two flushes, so each has one.
 */
import { shortNumber, type ResultRow } from "../report/result-table.ts";
import type { Server } from "../subject/server.ts";
import { runIngest } from "./ingest-run.ts";
import { senderDefaults, withServer, type Bench, type Section } from "./section.ts";

const ROUNDS = 9;
const WARM_SECONDS = 8;
/** How often the connectors flush: what the last spans changed is flushed in it once, and small blocks are merged. */
const TURN_SECONDS = 5;
/** Of the pool: it is made anew for each turn, and the turns are short. */
const POOL_SHARE = 0.2;

export const connectors: Section = {
  name: "connectors",
  run: (bench) =>
    withServer(bench, {}, (without) =>
      withServer(bench, { connectors: ["span_metrics", "service_graph"] }, (withTwo) =>
        withServer(bench, { connectors: ["span_metrics", "service_graph", "exceptions"] }, async (withAll) => {
          const servers = [without, withTwo, withAll];
          for (const [seed, server] of servers.entries()) await microsPerSpan(bench, server, WARM_SECONDS, 1000 + seed);
          const rows: ResultRow[] = [];
          const shares: { readonly two: number; readonly all: number }[] = [];
          for (let round = 1; round <= ROUNDS; round++) {
            bench.say(`round ${round} of ${ROUNDS}`);
            const order = round % 2 === 1 ? servers : servers.toReversed();
            const micros = new Map<Server, number>();
            for (const server of order) micros.set(server, await microsPerSpan(bench, server, TURN_SECONDS, round));
            const [plain, two, all] = servers.map((server) => micros.get(server) as number);
            const share = { two: (two / plain - 1) * 100, all: (all / plain - 1) * 100 };
            shares.push(share);
            rows.push({
              cells: [`round ${round}`, ...[plain, two, all].map(shortNumber), percent(share.two), percent(share.all)],
            });
          }
          for (const server of servers) await server.stop();
          const [two, all] = [median(shares.map((share) => share.two)), median(shares.map((share) => share.all))];
          rows.push({
            cells: [
              "span_metrics and service_graph: share of ingest cost",
              "",
              "",
              "",
              `**${percent(two)}**`,
              percent(all),
            ],
            target: "connectorShare",
            measured: [two],
          });
          return [
            {
              title: "Span connectors",
              note: `HTTP protobuf, closed loop, three servers by turns of ${TURN_SECONDS} s, served for ${WARM_SECONDS} s before; CPU of all a server's threads during its turn, one flush of the connectors included, by the spans acknowledged. The last row is the median; its verdict is on the two.`,
              head: ["row", "µs a span without", "with the two", "with exceptions as well", "more", "more with all"],
              rows,
            },
          ];
        }),
      ),
    ),
};

function percent(value: number): string {
  return `${shortNumber(value)} %`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function microsPerSpan(bench: Bench, server: Server, seconds: number, seed: number): Promise<number> {
  const load = senderDefaults(bench);
  const poolRecords = Math.ceil(load.poolRecords * POOL_SHARE);
  // What is put off is as much at the end of a turn as at its beginning.
  const { perCpuSecond } = await runIngest(server, { ...load, poolRecords, seconds, seed }, () => Promise.resolve());
  return 1e6 / perCpuSecond;
}
