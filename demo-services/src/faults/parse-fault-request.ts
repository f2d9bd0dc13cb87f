/**
 * Checks a request to switch a fault on. In: anything (JSON of the control API). Out: a complete FaultRequest.
 * @throws HttpError 400 that names what is wrong and what would be right.
 */

import { HttpError } from "../chassis/http-error.ts";
import { FAULTS, type FaultEntry, type FaultName, type ServiceName } from "./fault-catalogue.ts";

export interface FaultRequest {
  fault: FaultName;
  service: ServiceName;
  durationSeconds: number;
  parameters: Record<string, number>;
}

const DEFAULT_SECONDS = 60;
/** Nobody should find a shop broken the next day. */
const MOST_SECONDS = 3_600;

export function parseFaultRequest(input: unknown): FaultRequest {
  if (typeof input !== "object" || input === null) throw bad(`expected an object like {"fault":"payment_errors"}`);
  const { fault: given, service, durationSeconds = DEFAULT_SECONDS, ...rest } = input as Record<string, unknown>;
  const fault = String(given).replaceAll("-", "_");
  if (!isFaultName(fault)) {
    throw bad(`there is no fault ${JSON.stringify(given)}; there are ${Object.keys(FAULTS).join(", ")}`);
  }
  const entry: FaultEntry = FAULTS[fault];
  const target = service ?? entry.services[0];
  if (!entry.services.includes(target as ServiceName)) {
    throw bad(`${fault} cannot happen in ${JSON.stringify(service)}; it can in ${entry.services.join(", ")}`);
  }
  return {
    fault,
    service: target as ServiceName,
    durationSeconds: parseNumber("durationSeconds", durationSeconds, { least: 0.1, most: MOST_SECONDS }),
    parameters: parseParameters(fault, entry, rest),
  };
}

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

function parseParameters(fault: string, entry: FaultEntry, given: Record<string, unknown>): Record<string, number> {
  const known = Object.keys(entry.parameters);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw bad(`${fault} has no parameter ${JSON.stringify(name)}; it has ${known.join(", ") || "none"}`);
    }
  }
  return Object.fromEntries(
    Object.entries(entry.parameters).map(([name, bounds]) => [
      name,
      parseNumber(name, given[name] ?? bounds.default, bounds),
    ]),
  );
}

function parseNumber(name: string, value: unknown, { least, most }: { least: number; most: number }): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw bad(`${name} is ${JSON.stringify(value)}; expected a number from ${least} to ${most}`);
}

function bad(problem: string): HttpError {
  return new HttpError(400, "bad_fault", `cannot switch the fault on: ${problem}`);
}
