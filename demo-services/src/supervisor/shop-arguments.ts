/** The command line of the demo. In: arguments. Out: options, or a text for the user. @throws Error that says the fix. */

import { parseArgs } from "node:util";

export interface ShopArguments {
  help: boolean;
  otlpEndpoint: string;
  ratePerSecond: number;
  portBase: number;
  seed: number;
  load: boolean;
  /** Kept when the shop ends; a temporary one is not. */
  dataDirectory: string | undefined;
  /** Where the addresses of /metrics are written; undefined = nowhere. */
  targetsFile: string | undefined;
}

export const USAGE = `usage: node demo-services/src/main.ts [options]
  --otlp URL             where telemetry goes, OTLP over HTTP (default http://127.0.0.1:4318)
  --rate N               requests a second, averaged over a day (default 5)
  --port-base N          gateway on N, orders N+1, inventory N+2, payments N+3, control N+9 (default 0: free ports)
  --seed N               what shoppers do, the same for the same seed (default 1)
  --no-load              no shoppers
  --targets-file FILE    addresses of /metrics are written there, as file_sd of Prometheus
  --data-directory DIR   databases stay there (default: a temporary directory)
`;

export function parseShopArguments(args: string[]): ShopArguments {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h", default: false },
      otlp: { type: "string", default: "http://127.0.0.1:4318" },
      rate: { type: "string", default: "5" },
      "port-base": { type: "string", default: "0" },
      seed: { type: "string", default: "1" },
      "no-load": { type: "boolean", default: false },
      "data-directory": { type: "string" },
      "targets-file": { type: "string" },
    },
  });
  if (!URL.canParse(values.otlp) || !values.otlp.startsWith("http")) {
    throw new Error(`cannot send to --otlp ${values.otlp}: expected a URL like http://127.0.0.1:4318`);
  }
  const portBase = parseNumber("port-base", values["port-base"], 0, 65_000);
  if (!Number.isInteger(portBase)) throw new Error(`cannot use --port-base ${portBase}: expected a whole number`);
  return {
    help: values.help,
    otlpEndpoint: values.otlp,
    ratePerSecond: parseNumber("rate", values.rate, 0.01, 500),
    portBase,
    seed: parseNumber("seed", values.seed, 0, 2 ** 32 - 1),
    load: !values["no-load"],
    dataDirectory: values["data-directory"],
    targetsFile: values["targets-file"],
  };
}

function parseNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= least && number <= most) return number;
  throw new Error(`cannot use --${name} ${text}: expected a number from ${least} to ${most}`);
}
