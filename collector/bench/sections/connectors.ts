/**
 * What span_metrics, service_graph and exceptions add to the cost of ingest: the same load on fresh stores, by turns without and with them as they
 * are shipped, metrics stored. By turns, because a machine's speed changes from minute to minute.
 */
import { shortNumber, type ResultRow } from "../report/result-table.ts";
import { runIngest } from "./ingest-run.ts";
import { senderDefaults, withServer, type Bench, type Section } from "./section.ts";

const ROUNDS = 3;

export const connectors: Section = {
  name: "connectors",
  async run(bench) {
    const rows: ResultRow[] = [];
    const shares: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      bench.say(`round ${round} of ${ROUNDS}`);
      const without = await microsPerSpan(bench, false);
      const withThem = await microsPerSpan(bench, true);
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
        note: "HTTP protobuf, closed loop, a fresh store a run; CPU of all the server's threads until it has nothing left to do, by the spans acknowledged. The last row is the median.",
        head: ["row", "µs a span without", "µs a span with", "more"],
        rows,
      },
    ];
  },
};

function microsPerSpan(bench: Bench, hasConnectors: boolean): Promise<number> {
  return withServer(bench, { hasConnectors }, async (server) => {
    const { perCpuSecond } = await runIngest(server, { ...senderDefaults(bench), once: true });
    await server.stop();
    return 1e6 / perCpuSecond;
  });
}
