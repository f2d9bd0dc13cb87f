/**
 * The load generator, a process of its own. Prepares, prints "prepared", waits for a line on stdin, sends until it is done or another
 * line comes, and prints one JSON line: a SenderResult. Knows nothing of the server but its address, which must be of this machine.
 *
 *   node sender.ts '{"signal":"traces","protocol":"http",…}'     (sender-options.ts)
 */
import { Random } from "../../test/kit/random.ts";
import { LogWorkload } from "../workload/log-workload.ts";
import { SpanWorkload } from "../workload/span-workload.ts";
import { RequestStream } from "./request-stream.ts";
import { runClosed, runOpen } from "./schedule.ts";
import type { SenderOptions, SenderResult } from "./sender-options.ts";
import { Tally } from "./tally.ts";
import { openConnection } from "./transport.ts";

const options = JSON.parse(process.argv[2]) as SenderOptions;
const workload = options.signal === "traces" ? spanWorkload() : logWorkload();
const stream = new RequestStream(workload, {
  gzip: options.gzip,
  windowBytes: options.windowBytes,
  once: options.once,
  rounds: options.records > 0 ? Math.ceil(options.records / workload.pool.recordsPerRound) : Infinity,
});
await stream.prepare();
// A few at a time: hundreds at once overflow the server's accept queue, and wait seconds for their next try.
const connections = Array.from({ length: options.connections }, () => openConnection(options));
for (let i = 0; i < connections.length; i += 8)
  await Promise.all(connections.slice(i, i + 8).map((each) => each.open()));
// The bench is gone.
process.stdin.once("end", () => process.exit(1));
const control = { stopped: false };
process.stdout.write("prepared\n");
process.stdin.once("data", () => {
  process.stdin.once("data", () => (control.stopped = true));
  void run().then(answer);
});

async function run(): Promise<SenderResult> {
  const tally = new Tally();
  const settings = { stream, connections, tally, seconds: options.seconds, retry: options.records > 0, control };
  const cpu = process.cpuUsage();
  const started = performance.now();
  if (options.rate > 0) await runOpen(settings, options.rate, options.perRequest, options.seed);
  else await runClosed(settings);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  return {
    ...tally.result(),
    seconds,
    generatorShare: (user + system) / 1e6 / seconds,
    samples:
      workload instanceof SpanWorkload && options.samples > 0 && stream.poolRequests > 0
        ? workload.sample(options.samples, stream.poolRequests, new Random(options.seed + 17))
        : [],
    giants: workload instanceof SpanWorkload ? workload.giants : [],
  };
}

function answer(result: SenderResult): void {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

function spanWorkload(): SpanWorkload {
  return new SpanWorkload({
    ...common(),
    poolSpans: options.poolRecords,
    spansPerRequest: options.perRequest,
    uniqueAttributes: options.uniqueAttributes,
    spansPerSecond: options.clockRate,
    giants: options.once,
  });
}

function logWorkload(): LogWorkload {
  return new LogWorkload({
    ...common(),
    poolLines: options.poolRecords,
    linesPerRequest: options.perRequest,
    linesPerSecond: options.clockRate,
  });
}

function common() {
  const { seed, encoding, startUnixNano } = options;
  return { seed, form: encoding, startUnixNano: BigInt(startUnixNano || `${Date.now()}000000`) };
}
