import { expect, test } from "vitest";
import { testSettings } from "../../test/kit/settings.ts";
import { createAdmission, type Admission, type Release } from "./admission.ts";
import { RetryableError } from "./errors.ts";

/** Acquires and notes in `order` when it got in. */
function knock(admission: Admission, bytes: number, name: string, order: string[], sender = "") {
  return admission.acquire(bytes, sender).then((hold) => {
    order.push(name);
    return hold;
  });
}

/** Lets promises run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

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
  const refused = await failure(admission.acquire(1));
  expect(refused).toBeInstanceOf(RetryableError);
  expect(refused).toMatchObject({
    overloaded: true,
    message: "cannot take 1 more bytes: 100 are in flight and 50 wait",
  });
  expect(admission.waitingBytes).toBe(50);
  void waiting;
});

test("works on an eighth of the limit while memory is short", async () => {
  let isShort = true;
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 50, isMemoryShort: () => isShort });
  const order: string[] = [];
  const slow = await admission.acquire(2);
  const first = await knock(admission, 10, "first", order);
  const second = knock(admission, 10, "second", order);
  const third = knock(admission, 10, "third", order);
  await settle();
  expect(order).toEqual(["first"]);
  expect(await failure(admission.acquire(31))).toBeInstanceOf(RetryableError);
  first();
  const release = await second;
  await settle();
  expect(order).toEqual(["first", "second"]);
  isShort = false;
  void knock(admission, 10, "fourth", order);
  release();
  await third;
  await settle();
  expect(order).toEqual(["first", "second", "third", "fourth"]);
  slow();
});

test("lets in a request above the limit when it is alone", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 1000, senderLimitBytes: 75 });
  const hold = await admission.acquire(500);
  expect(admission.inFlightBytes).toBe(500);
  hold();
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

test("lets a request above the waiting bound wait when it waits alone", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 50 });
  const first = await admission.acquire(10, "small");
  const large = admission.acquire(500, "large");
  expect(await failure(admission.acquire(10, "large"))).toBeInstanceOf(RetryableError);
  first();
  (await large)();
  expect([admission.inFlightBytes, admission.waitingBytes]).toEqual([0, 0]);
});

test("releases once, however often it is called", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 0 });
  const hold = await admission.acquire(40);
  await admission.acquire(40);
  hold();
  hold();
  expect(admission.inFlightBytes).toBe(40);
});

test("forgets a sender that leaves while waiting, and goes on with the next", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 1000 });
  const hold: Release = await admission.acquire(80);
  const gone = new AbortController();
  const leaving = failure(admission.acquire(90, "", gone.signal));
  const next = admission.acquire(20);
  gone.abort(new Error("the sender left"));
  expect(await leaving).toMatchObject({ message: "the sender left" });
  await next;
  expect([admission.inFlightBytes, admission.waitingBytes]).toEqual([100, 0]);
  hold();
  await expect(admission.acquire(1, "", gone.signal)).rejects.toThrow("the sender left");
});

test("takes turns between senders by bytes, however many requests one of them has waiting", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 200_000 });
  const order: string[] = [];
  const first = await knock(admission, 100, "greedy", order, "greedy");
  const waiting = Array.from({ length: 1000 }, (_, i) => knock(admission, 100, `greedy ${i}`, order, "greedy"));
  const small = [1, 2, 3].map((i) => knock(admission, 50, `small ${i}`, order, "small"));
  first();
  // 100 bytes of the one weigh as much as two requests of the other.
  for (const hold of await Promise.all(small.slice(0, 2))) hold();
  (await waiting[0])();
  (await small[2])();
  await waiting[1];
  expect(order).toEqual(["greedy", "small 1", "small 2", "greedy 0", "small 3", "greedy 1"]);
  expect(admission.waitingBytes).toBe(99_800);
});

test("a sender that fills the waiting room gives way to others, its latest request first", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 100 });
  await admission.acquire(100, "greedy");
  const greedy = Array.from({ length: 5 }, () => failure(admission.acquire(20, "greedy")));
  const small = admission.acquire(20, "small");
  expect(await greedy[4]).toMatchObject({ overloaded: true });
  expect(admission.waitingBytes).toBe(100);
  // Its own further ones are refused at once, and the small one may wait with as much as any other, not more.
  expect(await failure(admission.acquire(1, "greedy"))).toBeInstanceOf(RetryableError);
  void admission.acquire(20, "small");
  expect(await failure(admission.acquire(30, "small"))).toBeInstanceOf(RetryableError);
  expect(admission.waitingBytes).toBe(100);
  void small;
});

test("a sender that never finishes what it sends leaves room for others", async () => {
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 50, senderLimitBytes: 75 });
  await admission.acquire(75, "greedy");
  const held = [25, 25].map((bytes) => admission.acquire(bytes, "greedy"));
  const order: string[] = [];
  for (let i = 0; i < 3; i++) (await knock(admission, 25, `small ${i}`, order, "small"))();
  expect(order).toEqual(["small 0", "small 1", "small 2"]);
  expect([admission.inFlightBytes, admission.waitingBytes]).toEqual([75, 50]);
  void held;
});

test("says when to come back: when the backlog will be worked off at the speed of late", async () => {
  let now = 0;
  const admission = createAdmission({ limitBytes: 1000, waitingLimitBytes: 0, now: () => now });
  const wait = async () => ((await failure(admission.acquire(1000))) as RetryableError).retryAfterMillis;
  let hold = await admission.acquire(1000);
  expect(await wait()).toBe(1000);
  // One request each 100 ms; an hour of silence in between changes nothing.
  for (let i = 0; i < 40; i++) {
    now += 100;
    hold();
    if (i === 20) now += 3_600_000;
    hold = await admission.acquire(1000);
  }
  const usual = await wait();
  expect(usual).toBeGreaterThan(150);
  expect(usual).toBeLessThan(250);
  // Nothing moves any more: the wait grows to its bound.
  now += 2000;
  expect(await wait()).toBeGreaterThan(1000);
  now += 60_000;
  expect(await wait()).toBe(30_000);
});

test("shows bytes in flight and waiting, and counts what it refused", async () => {
  const settings = testSettings();
  const admission = createAdmission({ limitBytes: 100, waitingLimitBytes: 60, telemetry: settings.telemetry });
  await admission.acquire(70);
  void admission.acquire(60);
  await failure(admission.acquire(45));
  expect(await settings.samples("goldspan_admission")).toEqual([
    "goldspan_admission_in_flight_bytes 70",
    "goldspan_admission_waiting_bytes 60",
    "goldspan_admission_refused_bytes_total 45",
    "goldspan_admission_refused_requests_total 1",
  ]);
});
