/**
 * A process that writes to a store and dies at a fault point: `fault-child.ts DIRECTORY FROM COUNT [POINT NTH]`. Each acknowledged
 * request's number is a line on stdout, written before anything else happens.
 */
import { writeSync } from "node:fs";
import { setFaultHook } from "../../src/store/sqlite/fault-points.ts";
import { SqliteStoreWriter } from "../../src/store/sqlite/writer.ts";
import { runWorkload, workloadOptions } from "./fault-workload.ts";
import { CollectedLog } from "./stores.ts";

const [directory, from, count, point, nth] = process.argv.slice(2);
let left = Number(nth);
setFaultHook((reached) => {
  if (reached === point && --left === 0) process.kill(process.pid, "SIGKILL");
});
const clock = { step: Number(from) };
const log = new CollectedLog();
const writer = new SqliteStoreWriter({ directory, log, ...workloadOptions(() => clock.step) });
await runWorkload(writer, Number(from), Number(count), clock, (n) => writeSync(1, `${n}\n`));
await writer.close();
const errors = log.lines.filter(({ level }) => level === "error");
if (errors.length > 0) throw new Error(JSON.stringify(errors));
