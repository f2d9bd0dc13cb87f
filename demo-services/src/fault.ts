/**
 * Switches faults of the running shop on and off:
 *   fault payment-errors --for 60s [--service NAME] [--set ratio=0.8]      fault list      fault clear [NAME]
 */

import { FAULTS, type FaultEntry } from "./faults/fault-catalogue.ts";
import type { ActiveFault } from "./faults/fault-board.ts";
import { type FaultCommand, parseFaultCommand } from "./supervisor/fault-command.ts";
import { readControlFile } from "./supervisor/control-file.ts";

async function ask(url: string, method: string, query = "", body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/faults${query}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const answer = (await response.json()) as { error?: { message: string } };
  if (!response.ok) throw new Error(answer.error?.message ?? `cannot reach the shop: it answers ${response.status}`);
  return answer;
}

function describe({ fault, service, endsAtMillis, parameters }: ActiveFault): string {
  const seconds = Math.max(0, Math.round((endsAtMillis - Date.now()) / 1000));
  const settings = Object.entries(parameters).map(([name, value]) => ` ${name}=${value}`);
  return `${fault} in ${service} for ${seconds} s${settings.join("")}`;
}

function listCatalogue(): string {
  return Object.entries<FaultEntry>(FAULTS)
    .map(([name, { services, does, see, parameters }]) => {
      const settings = Object.entries(parameters).map(([key, value]) => `${key}=${value.default}`);
      return `  ${name.replaceAll("_", "-")}   in ${services.join("|")}   ${settings.join(" ")}\n      ${does}\n      see: ${see}\n`;
    })
    .join("");
}

async function run(command: FaultCommand): Promise<string> {
  const url = command.control ?? readControlFile()?.url;
  if (url === undefined) throw new Error("cannot find a running shop: start it with npm start, or give --control URL");
  if (command.action === "clear") {
    await ask(url, "DELETE", command.fault === undefined ? "" : `?fault=${command.fault}`);
    return "cleared\n";
  }
  if (command.action === "activate")
    return `on: ${describe((await ask(url, "POST", "", command.request)) as ActiveFault)}\n`;
  const active = (await ask(url, "GET")) as ActiveFault[];
  const lines = active.length === 0 ? ["  none"] : active.map((fault) => `  ${describe(fault)}`);
  return `active:\n${lines.join("\n")}\navailable:\n${listCatalogue()}`;
}

try {
  process.stdout.write(await run(parseFaultCommand(process.argv.slice(2))));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
