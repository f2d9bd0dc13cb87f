/** Whatever a configuration holds, it loads or is refused with a ConfigError that names an issue: no other error, no hanging. */
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { simpleFactories } from "../kit/factories.ts";
import { mutateText } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

const WORDS = [
  "receivers processors exporters connectors extensions service pipelines traces logs nop batch filter attributes forward debug",
  "__proto__ constructor telemetry level actions key action insert timeout ${env:A} ${A} ${file:f} $$ ${ } a::b << -5 0x1",
].flatMap((words) => words.split(" "));
const SYNTAX = [
  "- ",
  ": ",
  ":\n  ",
  "\n",
  "\n  ",
  "\n    ",
  "[",
  "]",
  "{",
  "}",
  ", ",
  "&x ",
  "*x",
  "!!str ",
  "# ",
  '"',
  "'",
  "|\n",
  "\t",
];
const GOOD = `receivers: { nop: }
processors:
  attributes:
    actions: [{ key: a, value: "\${env:A:-x}", action: insert }]
exporters:
  debug: { verbosity: detailed }
service:
  pipelines:
    traces: { receivers: [nop], processors: [attributes], exporters: [debug] }
`;

export const configTexts: FuzzTarget = {
  name: "config",
  round(random) {
    const words = Array.from({ length: 1 + random.below(25) }, () => random.pick(random.chance(0.5) ? WORDS : SYNTAX));
    const text = random.chance(0.5) ? words.join("") : mutateText(random, GOOD, [...WORDS, ...SYNTAX]);
    try {
      loadConfig(
        { configs: [`yaml:${text}`], sets: random.chance(0.5) ? [`${random.pick(WORDS)}=${random.pick(WORDS)}`] : [] },
        simpleFactories,
        { variables: { A: "{nop: ${env:B}}", B: "[${A}, nop]" }, readFile: () => text },
      );
    } catch (error) {
      if (error instanceof ConfigError && error.issues.length > 0) return;
      throw new Error(`of the configuration ${JSON.stringify(text)}`, { cause: error });
    }
  },
};
