/**
 * What span_metrics, service_graph and exceptions add to the cost of ingest: the same load on two servers, one without and one with them as
 * they are shipped, metrics stored. By short turns, because a machine's speed changes from minute to minute: each is compared with the turn
 * beside it. The servers have served for a while before, since compiling the connectors' code is no cost of a span; and a turn is as long as
 * the time between two flushes, so each has one.
 */
import { shortNumber, type ResultRow } from "../report/result-table.ts";
import type { Server } from "../subject/server.ts";
import { runIngest } from "./ingest-run.ts";
import { senderDefaults, withServer, type Bench, type Section } from "./section.ts";

const PAIRS = 9;
const WARM_SECONDS = 8;
/** How often the connectors flush: what the last spans changed is flushed in it once, and small blocks are merged. */
const TURN_SECONDS = 5;
/** Of the pool: it is made anew for each turn, and the turns are short. */
const POOL_SHARE = 0.2;

export const connectors: Section = {
  name: "connectors",
  run: (bench) =>
    withServer(bench, {}, (without) =>
      withServer(bench, { hasConnectors: true }, async (withThem) => {
        for (const [seed, server] of [without, withThem].entries())
          await microsPerSpan(bench, server, WARM_SECONDS, 1000 + seed);
        const rows: ResultRow[] = [];
        const shares: number[] = [];
        for (let pair = 1; pair <= PAIRS; pair++) {
          bench.say(`pair ${pair} of ${PAIRS}`);
          const order = pair % 2 === 1 ? [without, withThem] : [withThem, without];
          const micros = new Map<Server, number>();
          for (const server of order) micros.set(server, await microsPerSpan(bench, server, TURN_SECONDS, pair));
          const [plain, more] = [micros.get(without) as number, micros.get(withThem) as number];
          const share = (more / plain - 1) * 100;
          shares.push(share);
          rows.push({ cells: [`pair ${pair}`, shortNumber(plain), shortNumber(more), `${shortNumber(share)} %`] });
        }
        await without.stop();
        await withThem.stop();
        const median = shares.toSorted((a, b) => a - b)[Math.floor(PAIRS / 2)];
        rows.push({
          cells: ["span connectors' share of ingest cost", "", "", `**${shortNumber(median)} %**`],
          target: "connectorShare",
          measured: [median],
        });
        return [
          {
            title: "Span connectors",
            note: `HTTP protobuf, closed loop, two servers by turns of ${TURN_SECONDS} s, served for ${WARM_SECONDS} s before; CPU of all a server's threads during its turn, one flush of the connectors included, by the spans acknowledged. The last row is the median.`,
            head: ["row", "µs a span without", "µs a span with", "more"],
            rows,
          },
        ];
      }),
    ),
};

async function microsPerSpan(bench: Bench, server: Server, seconds: number, seed: number): Promise<number> {
  const load = senderDefaults(bench);
  const poolRecords = Math.ceil(load.poolRecords * POOL_SHARE);
  // What is put off is as much at the end of a turn as at its beginning.
  const { perCpuSecond } = await runIngest(server, { ...load, poolRecords, seconds, seed }, () => Promise.resolve());
  return 1e6 / perCpuSecond;
}
