/** A peer, measured by the same generator and the same questions: it runs already, the bench only sends, asks, and looks at its processes. */
import { jaegerApi } from "../queries/jaeger-api.ts";
import { shortNumber, type ResultTable } from "../report/result-table.ts";
import { bytesBelow, peakMb, residentMb } from "../subject/processes.ts";
import { loopbackAddress, type Subject } from "../subject/subject.ts";
import { INGEST_ROWS, ingestRow, ingestTable } from "./ingest.ts";
import { runIngest } from "./ingest-run.ts";
import { loadStore } from "./load-store.ts";
import { queryRows } from "./query-rows.ts";
import { senderDefaults, type Section } from "./section.ts";
import type { PeerOptions } from "../options.ts";

/** What anyone who takes OTLP over HTTP can be asked for. */
const ROWS = ["HTTP protobuf", "HTTP protobuf, gzip"];

export const peer: Section = {
  name: "peer",
  async run(bench) {
    const { peer: settings, spans } = bench.options;
    if (!settings) return [];
    const subject = subjectOf(settings);
    const rows = [];
    for (const row of INGEST_ROWS.filter(({ name }) => ROWS.includes(name))) {
      bench.say(`${subject.name}: ${row.name}`);
      // Its store can't be emptied in between: other seeds, other traces.
      const run = await runIngest(subject, {
        ...senderDefaults(bench),
        ...row.options,
        once: false,
        seed: 60 + rows.length,
      });
      rows.push(ingestRow(row, run, settings.durability));
    }
    const before = bytesBelow(subject.disk);
    bench.say(`${subject.name}: loading ${shortNumber(spans)} spans`);
    const loaded = await loadStore(bench, subject, spans);
    return [
      ingestTable(`${subject.name}: ingest`, rows),
      sizeTable(subject, loaded.run.records, before),
      ...(await queryRows(bench, subject, loaded)),
    ];
  },
};

function subjectOf({ name, target, jaegerApi: api, pids, disk }: PeerOptions): Subject {
  return {
    name,
    otlpHttp: loopbackAddress(target),
    otlpGrpc: undefined,
    pids,
    disk,
    api: api === undefined ? undefined : jaegerApi(loopbackAddress(api)),
  };
}

function sizeTable(subject: Subject, spans: number, before: number): ResultTable {
  const perSpan = subject.disk.length > 0 ? (bytesBelow(subject.disk) - before) / spans : NaN;
  return {
    title: `${subject.name}: size`,
    note: "Growth of its directories by the load, without stopping it: what it still holds in memory or merges later is not in it.",
    head: ["row", "figure"],
    rows: [
      { cells: ["bytes a span on disk", shortNumber(perSpan)], target: "bytesPerSpan", measured: [perSpan] },
      { cells: ["resident memory now / most", `${residentMb(subject.pids)} / ${peakMb(subject.pids)} MB`] },
    ],
  };
}
