import { describe, expect, it } from "vitest";
import { parsePromDuration } from "../../base/prom-duration.ts";
import { loadNotifyConfig } from "./config/load-config.ts";
import { Notifier, type Delivery, type NotifierState } from "./notifier.ts";
import { parseMatchers } from "./parse-matchers.ts";
import { matchRoutes } from "./route-tree.ts";
import { Silences } from "./silences.ts";

/** A Monday, at midnight UTC. */
const START = Date.parse("2026-08-03T00:00:00Z");
const after = (text: string) => START + (parsePromDuration(text) ?? NaN);

/** One line for what was sent: "30s team/webhook first A B -C" (A and B firing, C resolved). */
function lineOf({ receiver, integration, reason, alerts, at }: Delivery): string {
  const names = alerts.map(({ alert, isResolved }) => (isResolved ? "-" : "") + alert.labels.alertname);
  return [`${(at - START) / 1000}s`, `${receiver}/${integration.kind}`, reason, ...names].join(" ");
}

class Drive {
  readonly sent: string[] = [];
  readonly silences: Silences;
  notifier: Notifier;
  readonly #config;
  #now = START;
  #ids = 0;
  accepts = true;

  constructor(yaml: string, state?: NotifierState) {
    this.#config = loadNotifyConfig(yaml, { file: "am.yml", environment: {} });
    this.silences = new Silences(() => `s${++this.#ids}`);
    this.notifier = new Notifier(this.#config, this.silences, state, START);
  }

  /** Lets time go by; what is due goes out when it is due. */
  until(text: string): void {
    const end = after(text);
    for (let rounds = 0; rounds < 100_000; rounds++) {
      const due = this.notifier.nextDueAt();
      if (due === undefined || due > end) break;
      this.#now = Math.max(due, this.#now);
      for (const delivery of this.notifier.due(this.#now)) {
        this.sent.push(lineOf(delivery));
        if (this.accepts) this.notifier.delivered(delivery);
      }
    }
    this.#now = end;
  }

  fire(name: string, labels: Record<string, string> = {}, endsIn = "10h"): void {
    const endsAt = this.#now + (parsePromDuration(endsIn) ?? NaN);
    this.notifier.receive({ labels: { alertname: name, ...labels }, startsAt: this.#now, endsAt }, this.#now);
  }

  resolve(name: string, labels: Record<string, string> = {}): void {
    this.notifier.receive(
      { labels: { alertname: name, ...labels }, startsAt: this.#now, endsAt: this.#now },
      this.#now,
    );
  }

  restart(yaml?: string): void {
    const state = JSON.parse(JSON.stringify(this.notifier.toState())) as NotifierState;
    const config = yaml === undefined ? this.#config : loadNotifyConfig(yaml, { file: "am.yml", environment: {} });
    this.notifier = new Notifier(config, this.silences, state, this.#now);
  }
}

const config = (route: string, more = "", receiver = "webhook_configs: [{ url: 'http://a/' }]") =>
  `route: { receiver: team, ${route} }\nreceivers: [{ name: team, ${receiver} }, { name: other, ${receiver} }]\n${more}`;
const QUICK = "group_wait: 30s, group_interval: 5m, repeat_interval: 1h";

describe("a group", () => {
  it.each<[string, string, (drive: Drive) => void, string[]]>([
    [
      "waits for company, then for its interval",
      QUICK,
      (drive) => {
        drive.fire("A");
        drive.until("20s");
        drive.fire("B");
        drive.until("1m");
        drive.fire("C");
        drive.until("20m");
      },
      ["30s team/webhook first A B", "330s team/webhook new_alerts A B C"],
    ],
    [
      "is told of what is resolved at its next interval",
      QUICK,
      (drive) => {
        drive.fire("A");
        drive.fire("B");
        drive.until("1m");
        drive.resolve("A");
        drive.until("6m");
        drive.resolve("B");
        drive.until("30m");
      },
      ["30s team/webhook first A B", "330s team/webhook new_resolved B -A", "630s team/webhook all_resolved -B"],
    ],
    [
      "never hears of what is resolved before it waited enough",
      QUICK,
      (drive) => {
        drive.fire("A");
        drive.until("10s");
        drive.resolve("A");
        drive.until("1h");
      },
      [],
    ],
    [
      "is told at once of what is old",
      QUICK,
      (drive) => {
        drive.until("10m");
        drive.notifier.receive({ labels: { alertname: "A" }, startsAt: START, endsAt: after("10h") }, after("10m"));
        drive.until("11m");
      },
      ["600s team/webhook first A"],
    ],
    [
      "is told again after repeat_interval",
      "group_wait: 0s, group_interval: 5m, repeat_interval: 10m",
      (drive) => {
        drive.fire("A");
        drive.until("21m");
      },
      ["0s team/webhook first A", "600s team/webhook repeat A", "1200s team/webhook repeat A"],
    ],
    [
      "which is rounded up to whole intervals: 10 s to 12 s",
      "group_wait: 0s, group_interval: 4s, repeat_interval: 10s",
      (drive) => {
        drive.fire("A");
        drive.until("25s");
      },
      ["0s team/webhook first A", "12s team/webhook repeat A", "24s team/webhook repeat A"],
    ],
    [
      "begins anew once it was empty",
      QUICK,
      (drive) => {
        drive.fire("A");
        drive.until("1m");
        drive.resolve("A");
        drive.until("10m");
        drive.fire("A");
        drive.until("11m");
      },
      ["30s team/webhook first A", "330s team/webhook all_resolved -A", "630s team/webhook first A"],
    ],
    [
      "loses alerts that nobody sends any more",
      QUICK,
      (drive) => {
        drive.fire("A", {}, "2m");
        drive.until("10m");
      },
      ["30s team/webhook first A", "330s team/webhook all_resolved -A"],
    ],
    [
      "says nothing new of an alert that went and came between two intervals",
      QUICK,
      (drive) => {
        drive.fire("A");
        drive.until("1m");
        drive.resolve("A");
        drive.until("2m");
        drive.fire("A");
        drive.until("30m");
      },
      ["30s team/webhook first A"],
    ],
    [
      "is one per label value",
      `${QUICK}, group_by: [service]`,
      (drive) => {
        drive.fire("A", { service: "x" });
        drive.fire("B", { service: "y" });
        drive.fire("C", { service: "x" });
        drive.until("1m");
      },
      ["30s team/webhook first A C", "30s team/webhook first B"],
    ],
    [
      "or one per alert",
      `${QUICK}, group_by: [...]`,
      (drive) => {
        drive.fire("A");
        drive.fire("B");
        drive.until("1m");
      },
      ["30s team/webhook first A", "30s team/webhook first B"],
    ],
  ])("%s", (_name, route, steps, expected) => {
    const drive = new Drive(config(route));
    steps(drive);
    expect(drive.sent).toEqual(expected);
  });

  it("of a receiver that wants no resolved ones is forgotten when all are", () => {
    const drive = new Drive(config(QUICK, "", "webhook_configs: [{ url: 'http://a/', send_resolved: false }]"));
    drive.fire("A");
    drive.fire("B");
    drive.until("1m");
    drive.resolve("A");
    drive.until("6m");
    drive.resolve("B");
    drive.until("12m");
    drive.fire("B");
    drive.until("13m");
    expect(drive.sent).toEqual(["30s team/webhook first A B", "750s team/webhook first B"]);
  });

  it("tells each integration of its receiver", () => {
    const drive = new Drive(config(QUICK, "", "webhook_configs: [{ url: 'http://a/' }], ntfy_configs: [{ topic: b }]"));
    drive.fire("A");
    drive.until("1m");
    expect(drive.sent).toEqual(["30s team/webhook first A", "30s team/ntfy first A"]);
  });

  it("gives a delivery again that nobody took, and keeps what is resolved until one did", () => {
    const drive = new Drive(config(QUICK));
    drive.fire("A");
    drive.until("1m");
    drive.accepts = false;
    drive.resolve("A");
    drive.until("6m");
    drive.accepts = true;
    drive.until("20m");
    expect(drive.sent).toEqual([
      "30s team/webhook first A",
      "330s team/webhook all_resolved -A",
      "630s team/webhook all_resolved -A",
    ]);
  });

  it("is refused when there are too many, and counted", () => {
    const loaded = loadNotifyConfig(config(`${QUICK}, group_by: [...]`), { file: "a", environment: {} });
    const notifier = new Notifier(loaded, new Silences(() => ""), undefined, START, 2);
    for (const alertname of ["A", "B", "C"]) notifier.receive({ labels: { alertname } }, START);
    expect([notifier.groups().length, notifier.refusedAlerts]).toEqual([2, 1]);
  });
});

describe("a restart", () => {
  it("sends nothing twice and forgets no resolve", () => {
    const drive = new Drive(config(QUICK));
    drive.fire("A");
    drive.fire("B");
    drive.until("1m");
    drive.restart();
    drive.resolve("A");
    drive.until("6m");
    drive.resolve("B");
    drive.restart();
    drive.until("30m");
    drive.restart();
    drive.until("40m");
    expect(drive.sent).toEqual([
      "30s team/webhook first A B",
      "330s team/webhook new_resolved B -A",
      "630s team/webhook all_resolved -B",
    ]);
  });

  it("keeps the waiting of a group", () => {
    const drive = new Drive(config(QUICK));
    drive.fire("A");
    drive.until("20s");
    drive.restart();
    drive.until("1m");
    expect(drive.sent).toEqual(["30s team/webhook first A"]);
  });

  it("with other routes puts alerts where they now belong", () => {
    const drive = new Drive(config(QUICK));
    drive.fire("A", { service: "x" });
    drive.until("1m");
    drive.restart(config(`${QUICK}, routes: [{ receiver: other, matchers: [service=x] }]`));
    drive.until("2m");
    expect(drive.sent).toEqual(["30s team/webhook first A", "60s other/webhook first A"]);
  });
});

describe("routes", () => {
  const tree = config(
    `routes: [
      { matchers: ['service=~"a|b"'], receiver: other, group_wait: 5s, routes: [{ match: { severity: page }, repeat_interval: 1m }] },
      { matchers: [service=c], continue: true },
      { matchers: [service=c, severity=page], group_by: [] }]`,
  );
  it.each([
    [{}, ["{}"]],
    [{ service: "a" }, ['{}/{service=~"a|b"}/0']],
    [{ service: "b", severity: "page" }, ['{}/{service=~"a|b"}/0/{severity="page"}/0']],
    [{ service: "c" }, ['{}/{service="c"}/1']],
    [{ service: "c", severity: "page" }, ['{}/{service="c"}/1', '{}/{service="c",severity="page"}/2']],
  ])("%o", (labels, expected) => {
    expect(matchRoutes(new Drive(tree).notifier.root, labels as Record<string, string>).map(({ id }) => id)).toEqual(
      expected,
    );
  });

  it("inherit what they do not say", () => {
    const [route] = matchRoutes(new Drive(tree).notifier.root, { service: "a", severity: "page" });
    expect(route).toMatchObject({
      receiver: "other",
      groupWaitMillis: 5000,
      groupIntervalMillis: 300_000,
      repeatIntervalMillis: 60_000,
    });
  });
});

describe("inhibition", () => {
  const rules = `inhibit_rules: [{ source_matchers: [severity=critical], target_matchers: [severity=~"warning|critical"], equal: [service] }]`;
  it.each<[string, [string, Record<string, string>][], string[]]>([
    [
      "of the same service",
      [
        ["A", { severity: "critical", service: "x" }],
        ["B", { severity: "warning", service: "x" }],
      ],
      ["A"],
    ],
    [
      "not of another",
      [
        ["A", { severity: "critical", service: "x" }],
        ["B", { severity: "warning", service: "y" }],
      ],
      ["A", "B"],
    ],
    [
      "a label that both miss is equal",
      [
        ["A", { severity: "critical" }],
        ["B", { severity: "warning" }],
      ],
      ["A"],
    ],
    [
      "what is on both sides is not inhibited by its like",
      [
        ["A", { severity: "critical" }],
        ["B", { severity: "critical" }],
      ],
      ["A", "B"],
    ],
  ])("%s", (_name, alerts, expected) => {
    const drive = new Drive(config(QUICK, rules));
    for (const [name, labels] of alerts) drive.fire(name, labels);
    drive.until("1m");
    expect(drive.sent.flatMap((line) => line.split(" ").slice(3))).toEqual(expected);
  });

  it("ends with its source; while it lasts, neither firing nor resolved is told", () => {
    const drive = new Drive(config(QUICK, rules));
    drive.fire("A", { severity: "critical" });
    drive.fire("B", { severity: "warning" });
    drive.fire("C", { severity: "warning" });
    drive.until("1m");
    drive.resolve("C", { severity: "warning" });
    drive.until("6m");
    drive.resolve("A", { severity: "critical" });
    drive.until("11m");
    expect(drive.sent).toEqual(["30s team/webhook first A", "630s team/webhook new_alerts B -A"]);
  });
});

describe("silences", () => {
  const silence = (matchers: string, from: string, to: string) => ({
    matchers: parseMatchers(matchers).map(({ name, operator, value }) => ({ name, operator, value })),
    startsAt: after(from),
    endsAt: after(to),
    createdBy: "me",
    comment: "",
  });

  it("keep alerts from being told while they last", () => {
    const drive = new Drive(config(QUICK));
    drive.silences.set(silence("alertname=A", "0s", "4m"), START);
    drive.fire("A");
    drive.fire("B");
    drive.until("6m");
    expect(drive.sent).toEqual(["30s team/webhook first B", "330s team/webhook new_alerts A B"]);
  });

  it("are changed in place, or replaced where the past would change", () => {
    const silences = new Drive(config(QUICK)).silences;
    const id = silences.set(silence("a=b", "0s", "4m"), START);
    expect(silences.set({ ...silence("a=b", "0s", "8m"), id }, after("1m"))).toBe(id);
    const other = silences.set({ ...silence("a=c", "0s", "8m"), id }, after("2m"));
    expect(other).not.toBe(id);
    expect(silences.get(id)?.endsAt).toBe(after("2m"));
    expect(silences.get(other)).toMatchObject({ startsAt: after("2m"), endsAt: after("8m") });
    expect(silences.silencedBy({ a: "b" }, after("3m"))).toEqual([]);
    silences.expire(other, after("4m"));
    expect(silences.silencedBy({ a: "c" }, after("4m"))).toEqual([]);
    expect(() => silences.expire(other, after("5m"))).toThrow("has ended already");
    const again = new Silences(() => "x", JSON.parse(JSON.stringify(silences.toState())));
    expect(again.list()).toEqual(silences.list());
    again.prune(after("6d"));
    expect(again.list()).toEqual([]);
  });

  it.each([
    ["everything", silence("", "0s", "1m"), "without matchers"],
    ["every missing label", silence("a=~.*", "0s", "1m"), "would silence everything"],
    [
      "no expression",
      { ...silence("a=b", "0s", "1m"), matchers: [{ name: "a", operator: "=~" as const, value: "(" }] },
      'cannot read "(" as an expression for a: missing closing )',
    ],
    ["backwards", silence("a=b", "2m", "1m"), "swap startsAt and endsAt"],
    ["the unknown", { ...silence("a=b", "0s", "1m"), id: "x" }, "there is no silence x"],
  ])("%s cannot be silenced", (_name, wanted, message) => {
    expect(() => new Silences(() => "y").set(wanted, START)).toThrow(message);
  });
});

describe("time intervals", () => {
  const intervals = `time_intervals: [{ name: early, time_intervals: [{ times: [{ start_time: "00:00", end_time: "00:10" }] }] }]`;
  it.each([
    ["mute", "mute_time_intervals: [early]", ["630s team/webhook first A"]],
    ["or let through", "active_time_intervals: [early]", ["30s team/webhook first A"]],
  ])("%s", (_name, line, expected) => {
    const drive = new Drive(config(`${QUICK}, routes: [{ matchers: [alertname=A], ${line} }]`, intervals));
    drive.fire("A");
    drive.until("15m");
    expect(drive.sent).toEqual(expected);
  });
});

describe("alerts", () => {
  const receive = (posted: object) =>
    new Drive(config(QUICK)).notifier.receive({ labels: { a: "b" }, ...posted }, START);
  it("without times begin now and end after resolve_timeout", () => {
    expect(receive({})).toMatchObject({ startsAt: START, endsAt: after("5m"), isTimeout: true });
  });
  it("lose labels that say nothing", () => {
    expect(receive({ labels: { a: "b", c: "" } }).labels).toEqual({ a: "b" });
  });
  it.each([
    [{ labels: {} }, "without labels"],
    [{ labels: { a: "" } }, "without labels"],
    [{ startsAt: START, endsAt: START - 1 }, "ends before it starts"],
  ])("%o is refused", (posted, message) => {
    expect(() => receive(posted)).toThrow(message);
  });
  it("keep their start when they are sent again", () => {
    const drive = new Drive(config(QUICK));
    drive.fire("A");
    drive.until("1m");
    drive.fire("A");
    expect(drive.notifier.alerts()).toMatchObject([{ startsAt: START }]);
  });
});

describe("a clock that is set back", () => {
  const yaml = `
route: { receiver: team, group_wait: 30s, group_interval: 5m, repeat_interval: 1h }
receivers: [{ name: team, webhook_configs: [{ url: "http://localhost:1" }] }]`;

  it("lets groups wait from there, and repeats from there", () => {
    const { notifier } = new Drive(yaml);
    const [before, now] = [after("5h"), after("1h")];
    const alert = { labels: { alertname: "A" }, startsAt: before, endsAt: after("50h") };
    notifier.receive(alert, before);
    notifier.follow(now);
    expect(notifier.nextDueAt()).toBe(now + 30_000);
    for (const delivery of notifier.due(now + 30_000)) notifier.delivered(delivery);
    expect(notifier.nextDueAt()).toBe(now + 330_000);
    const again = after("10m");
    notifier.follow(again);
    expect(notifier.nextDueAt()).toBe(again + 300_000);
    const reasons = [0, 30, 60, 65].flatMap((minutes) => {
      const due = notifier.due(again + minutes * 60_000 + 300_000);
      for (const delivery of due) notifier.delivered(delivery);
      return due.map(({ reason }) => `${minutes} ${reason}`);
    });
    expect(reasons).toEqual(["60 repeat"]);
  });
});
