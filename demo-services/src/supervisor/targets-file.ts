/**
 * A file that tells Prometheus, or Goldspan's prometheus receiver, where the services' /metrics are (file_sd). In: ports. Out: the file, whole
 * at every moment, written anew when a service moves.
 */

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { SERVICES } from "./topology.ts";

/** People watch the demo: what happens should be on the screen soon. */
const INTERVAL = "5s";

export function formatTargets(ports: Readonly<Record<string, number>>): string {
  const running = SERVICES.filter(({ name }) => (ports[name] ?? 0) > 0);
  const groups = running.map(({ name }) => ({
    targets: [`127.0.0.1:${ports[name]}`],
    // As OTLP's service.namespace and service.name become a job, so that both are seen as one service.
    labels: { job: `shop/${name}`, __scrape_interval__: INTERVAL, __scrape_timeout__: INTERVAL },
  }));
  return `${JSON.stringify(groups, undefined, 2)}\n`;
}

export function writeTargetsFile(path: string, ports: Readonly<Record<string, number>>): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, formatTargets(ports));
  renameSync(draft, path);
}

export function removeTargetsFile(path: string): void {
  rmSync(path, { force: true });
}
