/** The processes of the shop, as data: what to start, what it is called, and the version a bad release would have. */

import type { ServiceName } from "../faults/fault-catalogue.ts";

export interface ProcessDefinition {
  name: ServiceName;
  script: URL;
  version: string;
  /** The version of the release that goes wrong, where there is one. */
  nextVersion?: string;
  /** Runs under the Node agent. */
  traced: boolean;
}

function define(name: ServiceName, version: string, more: Partial<ProcessDefinition> = {}): ProcessDefinition {
  return { name, version, traced: true, script: new URL(`../${name}/main.ts`, import.meta.url), ...more };
}

export const SERVICES: readonly ProcessDefinition[] = [
  define("gateway", "2.3.0"),
  define("orders", "1.8.2", { nextVersion: "1.9.0" }),
  define("inventory", "3.1.0"),
  define("payments", "1.4.2", { nextVersion: "1.5.0" }),
];

export const LOAD: ProcessDefinition = define("load", "1.0.0", { traced: false });
