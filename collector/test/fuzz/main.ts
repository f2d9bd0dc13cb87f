/** `npm run fuzz [-- --seconds N --seed N --only NAME]`: every decoder against damaged input, the targets in turn. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runTarget } from "./run-target.ts";
import { TARGETS } from "./targets.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    only: { type: "string" },
  },
});
const chosen = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(`cannot find the target "${values.only}"; targets: ${TARGETS.map(({ name }) => name).join(", ")}`);
  process.exitCode = 1;
}
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
for (const target of chosen) {
  try {
    const rounds = await runTarget(target, seed, (Number(values.seconds) * 1000) / chosen.length);
    console.log(`${target.name}: ${rounds} rounds from seed ${seed}, nothing found`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
