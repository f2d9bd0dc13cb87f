/**
 * What span_metrics, service_graph and exceptions add to the cost of ingest: the same load on fresh stores, by turns without and with them as they
 * are shipped, metrics stored. By turns, because a machine's speed changes from minute to minute. The server has served for a while before it
 * is measured, since compiling the connectors' code is no cost of a span; and it is watched for equally long, since who waits for calm waits
 * longer for a server that flushes every 5 s, and would bill those flushes to spans that do not come any more.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { shortNumber, type ResultRow } from "../report/result-table.ts";
import { runIngest } from "./ingest-run.ts";
import { senderDefaults, withServer, type Bench, type Section } from "./section.ts";

const ROUNDS = 3;
const WARM_SECONDS = 5;
/** Another load than the one that is measured, from a pool that is soon made. */
const WARM_SEED = 9;
const WARM_POOL_SHARE = 0.2;
/** How often the connectors flush: what the last spans changed is flushed in it once, and small blocks are merged. */
const FLUSH_MILLIS = 5000;

export const connectors: Section = {
  name: "connectors",
  async run(bench) {
    const rows: ResultRow[] = [];
    const shares: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      bench.say(`round ${round} of ${ROUNDS}`);
      // Whatever changes with time changes for both.
      const order = round % 2 === 1 ? [false, true] : [true, false];
      const micros = [await microsPerSpan(bench, order[0]), await microsPerSpan(bench, order[1])];
      const [without, withThem] = order[0] ? micros.toReversed() : micros;
      const share = (withThem / without - 1) * 100;
      shares.push(share);
      rows.push({ cells: [`round ${round}`, shortNumber(without), shortNumber(withThem), `${shortNumber(share)} %`] });
    }
    const median = shares.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
    rows.push({
      cells: ["span connectors' share of ingest cost", "", "", `**${shortNumber(median)} %**`],
      target: "connectorShare",
      measured: [median],
    });
    return [
      {
        title: "Span connectors",
        note: `HTTP protobuf, closed loop, a fresh store a run, served for ${WARM_SECONDS} s before; CPU of all the server's threads from the first request to ${FLUSH_MILLIS / 1000} s after the last answer (one flush of the connectors more), by the spans acknowledged. The last row is the median.`,
        head: ["row", "µs a span without", "µs a span with", "more"],
        rows,
      },
    ];
  },
};

function microsPerSpan(bench: Bench, hasConnectors: boolean): Promise<number> {
  return withServer(bench, { hasConnectors }, async (server) => {
    const load = senderDefaults(bench);
    const poolRecords = Math.ceil(load.poolRecords * WARM_POOL_SHARE);
    await runIngest(server, { ...load, poolRecords, seconds: WARM_SECONDS, seed: WARM_SEED });
    const { perCpuSecond } = await runIngest(server, { ...load, once: true }, () => sleep(FLUSH_MILLIS));
    await server.stop();
    return 1e6 / perCpuSecond;
  });
}
