/** `components`: what this build is made of, by kind: type, other names, signals and one sentence each. */
import type { Factory } from "../component/factory.ts";
import { KINDS, SECTION_OF } from "../config/factory-index.ts";
import type { Streams } from "./streams.ts";

export function listComponents(factories: readonly Factory[], { stdout }: Streams): number {
  const width = Math.max(...factories.map((factory) => namesOf(factory).length)) + 2;
  for (const kind of KINDS) {
    const own = factories.filter((factory) => factory.kind === kind).toSorted((a, b) => (a.type < b.type ? -1 : 1));
    if (own.length === 0) continue;
    stdout.write(`${SECTION_OF[kind]}:\n`);
    for (const factory of own) {
      const signals = signalsOf(factory);
      stdout.write(`  ${namesOf(factory).padEnd(width)}${factory.summary}${signals === "" ? "" : ` (${signals})`}\n`);
    }
  }
  return 0;
}

function namesOf({ type, aliases = [] }: Factory): string {
  return [type, ...aliases].join(", ");
}

function signalsOf(factory: Factory): string {
  if (factory.kind === "extension") return "";
  if (factory.kind !== "connector") return factory.signals.join(", ");
  if (factory.pairs.length === 9) return "any signal to any";
  return factory.pairs.map(([from, to]) => `${from} to ${to}`).join(", ");
}
