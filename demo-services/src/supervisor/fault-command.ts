/** The command line of the fault CLI. In: arguments. Out: a command. @throws Error that says the fix. */

import { parseArgs } from "node:util";

export type FaultCommand = { control: string | undefined } & (
  | { action: "list" }
  | { action: "clear"; fault: string | undefined }
  | { action: "activate"; request: Record<string, unknown> }
);

const MILLIS_PER_UNIT: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export function parseFaultCommand(args: string[]): FaultCommand {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      for: { type: "string", default: "60s" },
      service: { type: "string" },
      set: { type: "string", multiple: true, default: [] },
      control: { type: "string" },
    },
  });
  const { control } = values;
  const [action = "list", fault] = positionals;
  if (action === "list") return { action, control };
  if (action === "clear") return { action, control, fault };
  const request = {
    fault: action,
    durationSeconds: parseSeconds(values.for),
    ...(values.service === undefined ? {} : { service: values.service }),
    ...Object.fromEntries(values.set.map(parseSetting)),
  };
  return { action: "activate", control, request };
}

function parseSeconds(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (unit === undefined) throw new Error(`cannot read --for ${text}: expected a duration like 60s or 2m`);
  return (Number(number) * MILLIS_PER_UNIT[unit]) / 1000;
}

function parseSetting(text: string): [string, number] {
  const [, name, value] = /^(\w+)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (value === undefined) throw new Error(`cannot read --set ${text}: expected name=number, like ratio=0.8`);
  return [name, Number(value)];
}
