/** `export`: all spans or logs of a store as lines of JSON, one batch after the other, in bounded memory. */
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import type { BatchOf } from "../model/batch.ts";
import type { Signal } from "../model/signal.ts";
import { exportMetrics } from "../store/sqlite/files/export-metrics.ts";
import { exportRecords, type ExportProgress } from "../store/sqlite/files/export-records.ts";
import { StoreFiles } from "../store/sqlite/files/store-files.ts";
import { formatLogsJson, formatTracesJson } from "../wire/otlp/json-pieces.ts";
import type { Command, CommandArguments } from "./command.ts";
import { flatLog, flatSpan } from "./flat-records.ts";
import { formatCount } from "./format-table.ts";
import { parseTime } from "./parse-time.ts";
import { Progress } from "./progress.ts";
import type { OutputStream } from "./streams.ts";
import { UsageError } from "./usage.ts";

const SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];
const ITEMS: Readonly<Record<Signal, string>> = { traces: "spans", logs: "log records", metrics: "samples" };
const FORMATS = ["otlp-json", "ndjson"];
const END_OF_TIME = 2n ** 64n - 1n;

export const exportCommand: Command = {
  positionals: ["[DIR]"],
  options: {
    traces: { summary: "export spans" },
    logs: { summary: "export log records" },
    metrics: { summary: "export series, a line each and block, as JSON" },
    from: { value: "T", summary: "from this time on: 2026-01-31, 2026-01-31T12:00:00Z, 2h (ago)" },
    to: { value: "T", summary: "up to and including this time" },
    service: { value: "S", summary: "only of this service; of metrics, only of this job" },
    format: {
      value: "F",
      summary: "otlp-json (an OTLP request a line, the default) or ndjson (a flat record a line)",
    },
    output: { value: "FILE", summary: "write there instead of to stdout; FILE must not exist" },
  },
  details: `Works beside a running collector and exports what was acknowledged before it began, in no particular
order. otlp-json can be sent to any OTLP/HTTP receiver line by line. ndjson has the same columns in every
line, for DuckDB, Polars, ClickHouse or a Parquet writer; attributes are a JSON object in a text column.
Metrics are always ndjson: {"metric": labels, "values": [...], "timestamps": [ms ...]}.
Damaged parts are left out and named on stderr; the exit code is 1 then.`,
  examples: [
    "goldspan export --traces --from 24h --output spans.jsonl",
    "goldspan export --metrics --service shop --from 1h",
    "goldspan export --logs --service checkout --format ndjson /var/lib/goldspan | gzip > logs.ndjson.gz",
  ],

  async run(args, { streams: { stdout, stderr }, now, directoryOf }) {
    const { signal, format, filter } = requestOf(args, now());
    const files = new StoreFiles(directoryOf(args.positionals[0]));
    const out = await openOutput(args.values.output, stdout);
    const bar = new Progress(stderr, now, false);
    let damaged = 0;
    let records = 0;
    const onDamage = (part: string, problem: string) => {
      damaged++;
      bar.end();
      stderr.write(`cannot export ${part}: ${problem}\n`);
    };
    const show = ({ done, total }: ExportProgress) =>
      bar.show(`${formatCount(records)} ${ITEMS[signal]}`, total === 0 ? 1 : done / total);
    if (signal === "metrics") {
      const source = exportMetrics(files, filter);
      for (const { line, samples } of source.lines(onDamage)) {
        records += samples;
        if (!(await out.write(line))) break;
        show(source.progress);
      }
    } else {
      const source = exportRecords(files, signal, filter);
      for (const batch of source.batches(onDamage)) {
        records += batch.count;
        if (!(await out.write(linesOf(batch, format)))) break;
        show(source.progress);
      }
    }
    bar.end();
    await out.close();
    return damaged > 0 ? 1 : 0;
  },
};

function requestOf({ values }: CommandArguments, nowMillis: number) {
  const chosen = SIGNALS.filter((signal) => values[signal] !== undefined);
  if (chosen.length !== 1) throw new UsageError("cannot tell what to export: give --traces, --logs or --metrics");
  const [signal] = chosen;
  const format = values.format ?? (signal === "metrics" ? "ndjson" : FORMATS[0]);
  if (signal === "metrics" && format !== "ndjson")
    throw new UsageError(`cannot export metrics as ${format}: their format is ndjson`);
  if (!FORMATS.includes(format))
    throw new UsageError(`cannot export as ${format}: formats are ${FORMATS.join(" and ")}`);
  const start = values.from === undefined ? 0n : parseTime("--from", values.from, nowMillis);
  const end = values.to === undefined ? END_OF_TIME : parseTime("--to", values.to, nowMillis);
  if (start > end)
    throw new UsageError(`cannot export from ${values.from} to ${values.to}: the end comes before the start`);
  return { signal, format, filter: { range: { start, end }, service: values.service } };
}

function linesOf(batch: BatchOf["traces" | "logs"], format: string): string {
  const json = [...(batch.signal === "traces" ? formatTracesJson([batch]) : formatLogsJson([batch]))].join("");
  if (format === "otlp-json") return `${json}\n`;
  const request = JSON.parse(json) as { resourceSpans?: unknown[]; resourceLogs?: unknown[] };
  const lines: string[] = [];
  for (const outer of (request.resourceSpans ?? request.resourceLogs ?? []) as any[])
    for (const scope of (outer.scopeSpans ?? outer.scopeLogs) as any[])
      for (const record of (scope.spans ?? scope.logRecords) as any[])
        lines.push(batch.signal === "traces" ? flatSpan(outer, scope, record) : flatLog(outer, scope, record));
  return `${lines.join("\n")}\n`;
}

interface Output {
  /** Resolves when more may be written; false = nobody reads any more. */
  write(text: string): Promise<boolean>;
  close(): Promise<void>;
}

async function openOutput(file: string | undefined, stdout: OutputStream): Promise<Output> {
  if (file === undefined) {
    let isGone = false;
    let goOn = () => {};
    // A reader such as head has enough: no error.
    stdout.on?.("error", (error: Error) => {
      isGone = (error as { code?: string }).code === "EPIPE";
      goOn();
    });
    stdout.on?.("drain", () => goOn());
    return {
      async write(text) {
        if (stdout.write(text) === false && stdout.on) await new Promise<void>((resolve) => (goOn = resolve));
        return !isGone;
      },
      close: async () => undefined,
    };
  }
  const stream = createWriteStream(file, { flags: "wx" });
  try {
    await once(stream, "open");
  } catch (error) {
    throw new UsageError(`cannot write to ${file}: ${(error as Error).message}`);
  }
  return {
    async write(text) {
      if (!stream.write(text)) await once(stream, "drain");
      return true;
    },
    async close() {
      stream.end();
      await once(stream, "finish");
    },
  };
}
