import { expect, test } from "vitest";
import { testSettings } from "../../test/kit/settings.ts";
import { createAdmission, type Release } from "./admission.ts";
import { RetryableError } from "./errors.ts";

/** Acquires and notes in `order` when it got in. */
function knock(admission: ReturnType<typeof createAdmission>, bytes: number, name: string, order: string[]) {
  return admission.acquire(bytes).then((release) => {
    order.push(name);
    return release;
  });
}

/** Lets promises run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("lets in what fits and waits with the rest, first come first served", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 1000 });
  const order: string[] = [];
  const first = await knock(admission, 60, "first", order);
  const large = knock(admission, 80, "large", order);
  const small = knock(admission, 10, "small", order);
  await settle();
  // The small one would fit, but it came later.
  expect(order).toEqual(["first"]);
  expect([admission.inFlightBytes, admission.waitingBytes]).toEqual([60, 90]);
  first();
  (await large)();
  (await small)();
  expect(order).toEqual(["first", "large", "small"]);
  expect([admission.inFlightBytes, admission.waitingBytes]).toEqual([0, 0]);
});

test("refuses with an error that is retried when the waiting room is full", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 50 });
  await admission.acquire(100);
  const waiting = admission.acquire(50);
  const refused = await admission.acquire(1).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RetryableError);
  expect(refused).toMatchObject({
    overloaded: true,
    message: "cannot take 1 more bytes: 100 are in flight and 50 wait",
  });
  expect(admission.waitingBytes).toBe(50);
  void waiting;
});

test("lets in a request above the limit when it is alone", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 1000 });
  const release = await admission.acquire(500);
  expect(admission.inFlightBytes).toBe(500);
  release();
  expect(admission.inFlightBytes).toBe(0);
});

test("lets a request grow while it fits or is alone, and gives back all of it", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 0 });
  const release = await admission.acquire(10);
  release.grow(500);
  release.grow(20);
  expect(admission.inFlightBytes).toBe(500);
  release();
  const [first, second] = [await admission.acquire(10), await admission.acquire(10)];
  first.grow(90);
  expect(() => second.grow(11)).toThrow("cannot take 1 more bytes: 100 are in flight and 0 wait");
  second();
  first();
  first.grow(200);
  expect(admission.inFlightBytes).toBe(0);
});

test("releases once, however often it is called", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 0 });
  const release = await admission.acquire(40);
  await admission.acquire(40);
  release();
  release();
  expect(admission.inFlightBytes).toBe(40);
});

test("forgets a sender that leaves while waiting, and goes on with the next", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 1000 });
  const release: Release = await admission.acquire(80);
  const gone = new AbortController();
  const leaving = admission.acquire(90, gone.signal).catch((error: unknown) => error);
  const next = admission.acquire(20);
  gone.abort(new Error("the sender left"));
  expect(await leaving).toMatchObject({ message: "the sender left" });
  await next;
  expect([admission.inFlightBytes, admission.waitingBytes]).toEqual([100, 0]);
  release();
  await expect(admission.acquire(1, gone.signal)).rejects.toThrow("the sender left");
});

test("shows bytes in flight and waiting as gauges", async () => {
  const settings = testSettings();
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 1000, telemetry: settings.telemetry });
  await admission.acquire(70);
  void admission.acquire(60);
  expect(await settings.samples("goldspan_admission")).toEqual([
    "goldspan_admission_in_flight_bytes 70",
    "goldspan_admission_waiting_bytes 60",
  ]);
});
