import { expect, test } from "vitest";
import { Random } from "../../test/kit/random.ts";
import { nanosFromBigInt, nanosToMicros } from "./nanos.ts";

const TO_2255 = 9_000_000_000_000_000_000n;

test("microseconds are whole, and exact up to the year 2255", () => {
  const random = new Random(3);
  const some = Array.from(
    { length: 5000 },
    () => BigInt(random.below(9_000_000)) * 1_000_000_000_000n + BigInt(random.below(2 ** 32)),
  );
  for (const nanos of [0n, 999n, 1000n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n + 1n, TO_2255, ...some]) {
    const { low, high } = nanosFromBigInt(nanos);
    expect([nanos, nanosToMicros(low, high)]).toEqual([nanos, Number(nanos / 1000n)]);
  }
});
