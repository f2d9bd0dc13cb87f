/** Runs one target for some time; every round has a seed of its own, which a failure names. */
import { Random } from "../kit/random.ts";
import type { FuzzTarget } from "./target.ts";

/** Of processor time, whatever else the machine does. A round takes milliseconds: one of this length has found something. */
const SLOW_MILLIS = 10_000;

/** Returns the number of rounds. @param seed of the first round; each next one is one larger. @throws with the seed of the round */
export async function runTarget(target: FuzzTarget, seed: number, millis: number): Promise<number> {
  const end = performance.now() + millis;
  let round = 0;
  do {
    const started = process.cpuUsage();
    try {
      // Without await for targets that need none: a turn of the event loop costs as much as a round.
      const result = target.round(new Random(seed + round));
      if (result !== undefined) await result;
      const spent = process.cpuUsage(started);
      const spentMillis = (spent.user + spent.system) / 1000;
      if (spentMillis > SLOW_MILLIS) throw new Error(`took ${spentMillis.toFixed(0)} ms of processor time`);
    } catch (error) {
      const replay = `npm run fuzz -- --only ${target.name} --seed ${seed + round} --seconds 0`;
      throw new Error(`${target.name} found something: ${(error as Error).message}\n  again: ${replay}`, {
        cause: error,
      });
    }
    round++;
  } while (performance.now() < end);
  return round;
}
