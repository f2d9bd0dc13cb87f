/**
 * Starts the demo shop: node demo-services/src/main.ts [options], see --help.
 * One JSON line on stdout when all is ready; warnings on stderr; SIGTERM and SIGINT stop every process it started.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFaultControl } from "./faults/fault-control.ts";
import { removeControlFile, writeControlFile } from "./supervisor/control-file.ts";
import { type ShopArguments, USAGE, parseShopArguments } from "./supervisor/shop-arguments.ts";
import { ShopFaults } from "./supervisor/shop-faults.ts";
import { Shop } from "./supervisor/shop.ts";
import { removeTargetsFile, writeTargetsFile } from "./supervisor/targets-file.ts";

const CONTROL_PORT_OFFSET = 9;

function warn(line: string): void {
  process.stderr.write(`shop: ${line}\n`);
}

async function run(options: ShopArguments): Promise<void> {
  const temporary = options.dataDirectory === undefined;
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), "goldspan-demo-"));
  mkdirSync(dataDirectory, { recursive: true });
  const { targetsFile } = options;
  const onPorts =
    targetsFile === undefined ? undefined : (ports: Record<string, number>) => writeTargetsFile(targetsFile, ports);
  const shop = new Shop({ ...options, dataDirectory, warn, onPorts });
  const faults = new ShopFaults(shop, warn);
  const removeTemporary = (): void => {
    if (temporary) rmSync(dataDirectory, { recursive: true, force: true });
  };
  const controlPort = options.portBase === 0 ? 0 : options.portBase + CONTROL_PORT_OFFSET;
  const control = await openFaultControl(faults, controlPort).catch((error: Error) => {
    removeTemporary();
    throw error;
  });

  let stopping = false;
  const stop = async (exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await shop.stop();
    await control.close();
    removeControlFile(process.pid);
    if (targetsFile !== undefined) removeTargetsFile(targetsFile);
    removeTemporary();
    process.exit(exitCode);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0));

  try {
    await shop.start();
  } catch (error) {
    if (!stopping) warn(`${(error as Error).message}; see the lines above`);
    await stop(1);
    return;
  }
  writeControlFile({ url: `http://127.0.0.1:${control.port}`, pid: process.pid });
  process.stdout.write(`${JSON.stringify({ msg: "ready", ports: { ...shop.ports(), control: control.port } })}\n`);
}

function parse(): ShopArguments | undefined {
  try {
    return parseShopArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 1;
    return undefined;
  }
}

const options = parse();
if (options?.help) process.stdout.write(USAGE);
else if (options) {
  await run(options).catch((error: Error) => {
    warn(error.message);
    process.exitCode = 1;
  });
}
