/** Whatever a configuration holds, it is refused with a ConfigError or loads: no other error, no hanging. */
import { expect, test } from "vitest";
import { simpleFactories } from "../../test/kit/factories.ts";
import { Random } from "../../test/kit/random.ts";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./load-config.ts";

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

test("random configurations", () => {
  const variables = { A: "{nop: ${env:B}}", B: "[${A}, nop]" };
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const text = Array.from({ length: 1 + random.below(25) }, () =>
      random.pick(random.chance(0.5) ? WORDS : SYNTAX),
    ).join("");
    try {
      loadConfig(
        { configs: [`yaml:${text}`], sets: [`${random.pick(WORDS)}=${random.pick(WORDS)}`] },
        simpleFactories,
        {
          variables,
          readFile: () => text,
        },
      );
    } catch (error) {
      if (!(error instanceof ConfigError)) throw new Error(`seed ${seed}: ${text}`, { cause: error });
      expect(error.issues.length).toBeGreaterThan(0);
    }
  }
});
