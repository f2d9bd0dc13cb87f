/** Alerting as a whole on a clock that is moved by hand: from rule files on disk to deliveries, over restarts and reloads. */
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AlertingRun } from "../../../test/kit/alerting-run.ts";
import { tempDirectory } from "../../../test/kit/stores.ts";
import { labelValue } from "../../model/labels.ts";
import type { AlertingSettings } from "./alerting-settings.ts";
import type { EngineParts } from "./alerting-engine.ts";

const MINUTE = 60_000;
const SECOND = 1_000;

const RULES = `groups:
- name: shop
  interval: 10s
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
  - alert: Down
    expr: job:up:sum == 0
    for: 1m
    labels: { severity: page }
    annotations: { summary: "{{ $labels.job }} is down" }
`;
const NOTIFY = `route:
  receiver: ops
  group_by: [alertname]
  group_wait: 30s
  group_interval: 1m
  repeat_interval: 4h
receivers:
- name: ops
  webhook_configs: [{ url: "http://localhost:1/" }]
`;

let directory: ReturnType<typeof tempDirectory>;
let [rules, notify] = ["", ""];
beforeEach(() => {
  directory = tempDirectory();
  rules = join(directory.path, "shop.yml");
  notify = join(directory.path, "alertmanager.yml");
  writeFileSync(rules, RULES);
  writeFileSync(notify, NOTIFY);
});
afterEach(() => directory.remove());

function open(settings: Partial<AlertingSettings> = {}, parts: Partial<EngineParts> = {}): Promise<AlertingRun> {
  const ruleFiles = [join(directory.path, "*.yml").replace("*.yml", "sho*.yml")];
  return new AlertingRun({ ruleFiles, configFile: notify, ...settings }, parts).start();
}

/** Sends `up` at every step of the clock. */
const up = (run: AlertingRun, value: number) => () => run.sample({ __name__: "up", job: "pay" }, value);
const states = (run: AlertingRun) => run.engine.service.alerts().map(({ state }) => state);

describe("an alert", () => {
  test("is told once it has held for `for` and its group has waited, and again when it is over", async () => {
    const run = await open();
    await run.advance(MINUTE, up(run, 1));
    expect(run.engine.service.alerts()).toEqual([]);
    await run.advance(50 * SECOND, up(run, 0));
    expect(states(run)).toEqual(["pending"]);
    await run.advance(30 * SECOND, up(run, 0));
    expect(states(run)).toEqual(["firing"]);
    expect(run.takeSent()).toEqual([]);
    await run.advance(30 * SECOND, up(run, 0));
    const [delivery] = run.sending.sent;
    expect(delivery.alerts[0].alert).toMatchObject({
      labels: { alertname: "Down", job: "pay", severity: "page" },
      annotations: { summary: "pay is down" },
    });
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
    await run.advance(10 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual([]);
    await run.advance(2 * MINUTE, up(run, 1));
    expect(run.takeSent()).toEqual(["ops all_resolved: Down resolved"]);
    await run.advance(30 * MINUTE, up(run, 1));
    expect(run.takeSent()).toEqual([]);
    expect(run.engine.service.alerts()).toEqual([]);
  });

  test("leaves samples of recording rules and of itself in the store", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    const names = new Set(run.written.map(({ labels }) => labelValue(labels, "__name__")));
    expect([...names].sort()).toEqual(["ALERTS", "ALERTS_FOR_STATE", "job:up:sum"]);
    const stored = await run.engine.service.query('ALERTS{alertstate="firing"}', run.now);
    expect(stored).toHaveLength(1);
  });

  test("has an episode in the history that says who was told, and when", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    await run.advance(3 * MINUTE, up(run, 1));
    const [episode, ...others] = await run.engine.service.episodes({ startMillis: 0, endMillis: run.now, limit: 10 });
    expect(others).toEqual([]);
    expect(episode).toMatchObject({ service: "pay", labels: { alertname: "Down" } });
    expect(episode.told.map(({ receiver, reason, outcome }) => `${receiver} ${reason} ${outcome}`)).toEqual([
      "ops first sent",
      "ops all_resolved sent",
    ]);
    expect(episode.resolvedAtMillis).toBeGreaterThan(episode.firedAtMillis);
  });

  test("that is silenced is told to nobody until the silence ends", async () => {
    const run = await open();
    const id = await run.engine.service.setSilence({
      matchers: [{ name: "job", operator: "=", value: "pay" }],
      startsAt: run.now,
      endsAt: run.now + 60 * MINUTE,
      createdBy: "me",
      comment: "",
    });
    await run.advance(5 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual([]);
    const [alert] = run.engine.service.alerts();
    expect(run.engine.service.suppressions()(alert)).toEqual({ silencedBy: [id], inhibitedBy: [] });
    await (await run.start()).engine.service.expireSilence(id);
    await run.advance(2 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
  });
});

describe("a restart", () => {
  test("loses no `for`", async () => {
    const run = await open();
    await run.advance(50 * SECOND, up(run, 0));
    const [{ activeAtMillis }] = run.engine.service.alerts();
    await run.start();
    await run.advance(30 * SECOND, up(run, 0));
    expect(run.engine.service.alerts()).toMatchObject([{ state: "firing", activeAtMillis }]);
  });

  test("that takes long doesn't count for `for`, and one that takes too long lets it begin anew", async () => {
    for (const [stopped, state] of [
      [30 * MINUTE, "firing"],
      [2 * 60 * MINUTE, "pending"],
    ] as const) {
      const run = await open();
      await run.advance(50 * SECOND, up(run, 0));
      run.now += stopped;
      await run.start();
      await run.advance(30 * SECOND, up(run, 0));
      expect(states(run)).toEqual([state]);
    }
  });

  test("after which data comes late resolves nothing that goes on", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
    run.now += 10 * MINUTE;
    await run.start();
    await run.advance(25 * SECOND);
    await run.advance(5 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual([]);
    expect(states(run)).toEqual(["firing"]);
  });

  test("between any two steps tells everything once and forgets no resolve", async () => {
    const run = await open();
    const all: string[] = [];
    const go = async (steps: number, value: number) => {
      for (let i = 0; i < steps; i++) {
        await run.advance(5 * SECOND, up(run, value));
        all.push(...run.takeSent());
        await run.start();
      }
    };
    await go(30, 0);
    expect(all).toEqual(["ops first: Down firing"]);
    await go(40, 1);
    expect(all).toEqual(["ops first: Down firing", "ops all_resolved: Down resolved"]);
    await go(200, 1);
    expect(all).toHaveLength(2);
  });

  test("while the queue waits sends what was queued, once", async () => {
    const run = await open();
    await run.advance(MINUTE, up(run, 0));
    run.sending.isDown = true;
    await run.advance(90 * SECOND, up(run, 0));
    await run.start();
    await run.advance(10 * SECOND, up(run, 0));
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
    await run.advance(10 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual([]);
  });

  test("longer than alerts last doesn't tell of an end that never was", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    expect(run.takeSent()).toHaveLength(1);
    run.now += 60 * MINUTE;
    await run.start();
    await run.advance(5 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual([]);
  });

  test("without the rule ends its alerts and its series", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    run.takeSent();
    run.written.length = 0;
    writeFileSync(rules, "groups: []");
    await run.start();
    await run.advance(2 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops all_resolved: Down resolved"]);
    expect(run.written.filter(({ value }) => value === "stale")).toHaveLength(3);
    expect(await run.store.documents.list("alert-state")).toEqual([]);
  });
});

describe("a rule file that changes", () => {
  test("counts within seconds, and rules that stay go on where they stood", async () => {
    const run = await open();
    await run.advance(50 * SECOND, up(run, 0));
    writeFileSync(rules, RULES.replace("groups:", "# more\ngroups:") + "  - alert: Other\n    expr: vector(1)\n");
    await run.advance(30 * SECOND, up(run, 0));
    expect(run.engine.service.alerts().map(({ labels, state }) => `${labels.alertname} ${state}`)).toEqual([
      "Down firing",
      "Other firing",
    ]);
  });

  test("keeps its old version when a group is bad, and says what is wrong and where", async () => {
    const run = await open();
    await run.advance(50 * SECOND, up(run, 0));
    writeFileSync(rules, `${RULES}- name: bad\n  rules: [{ alert: A, expr: "sum(" }]\n`);
    await run.advance(30 * SECOND, up(run, 0));
    expect(states(run)).toEqual(["firing"]);
    const [file] = run.engine.service.ruleFiles();
    expect(file.issues).toMatchObject([{ at: { line: 13 }, message: expect.stringContaining("could not parse") }]);
    expect(run.engine.service.problems()).toMatchObject([expect.stringContaining("shop.yml, line 13 does not load")]);
    expect(run.log.lines).toContainEqual(
      expect.objectContaining({ level: "error", fields: expect.objectContaining({ file: rules, line: 13 }) }),
    );
    writeFileSync(rules, RULES);
    await run.advance(10 * SECOND, up(run, 0));
    expect(run.engine.service.problems()).toEqual([]);
  });

  test("that goes ends what it fired", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    run.takeSent();
    rmSync(rules);
    await run.advance(2 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops all_resolved: Down resolved"]);
    expect(states(run)).toEqual(["resolved"]);
    expect(run.engine.service.ruleFiles()).toEqual([]);
  });

  describe("while one of its groups is at work", () => {
    const SLOW = '- name: slow\n  interval: 10s\n  rules: [{ alert: Late, logs: { query: "level:error" } }]\n';
    const LATE = { labels: [], timestampMillis: 0, value: 1 };

    /** The slow group evaluates until it is released, once at a time; then it finds something. */
    async function openSlow() {
      writeFileSync(rules, RULES + SLOW);
      let under = 0;
      const state = { most: 0, evaluated: 0, release: Promise.withResolvers<void>() };
      const find = async () => {
        state.most = Math.max(state.most, ++under);
        state.evaluated++;
        await state.release.promise;
        under--;
        return [LATE];
      };
      const run = await open({}, { find: () => find });
      /** Ticks as the run clock does: the next one doesn't wait for one that waits for the slow group. */
      const ticks = new Set<Promise<void>>();
      const tick = async (millis: number) => {
        for (const end = run.now + millis; run.now < end;) {
          run.now += 5 * SECOND;
          up(run, 0)();
          const done = run.engine.tick(run.now).finally(() => ticks.delete(done));
          ticks.add(done);
          await expect.poll(() => ticks.size - under, { interval: 1 }).toBeLessThanOrEqual(0);
        }
      };
      const release = async () => {
        state.release.resolve();
        await Promise.all(ticks);
        await run.engine.settled();
      };
      const shown = () => run.engine.service.alerts().map(({ labels, state: own }) => `${labels.alertname} ${own}`);
      return { run, state, tick, release, shown };
    }

    test("the others have the new version at once, and are told of as ever", async () => {
      const { run, state, tick, release, shown } = await openSlow();
      await tick(10 * SECOND);
      expect(state.evaluated).toBe(1);
      writeFileSync(rules, `${RULES}  - { alert: Other, expr: vector(1) }\n${SLOW}`);
      await tick(2 * MINUTE);
      expect(shown()).toEqual(["Down firing", "Other firing"]);
      await run.engine.service.setSilence({
        matchers: [{ name: "job", operator: "=", value: "nobody" }],
        startsAt: run.now,
        endsAt: run.now + MINUTE,
        createdBy: "me",
        comment: "",
      });
      expect(run.takeSent().sort()).toEqual(["ops first: Down firing", "ops first: Other firing"]);
      expect(state.evaluated).toBe(1);
      await release();
      expect(shown()).toEqual(["Down firing", "Other firing", "Late firing"]);
      await tick(30 * SECOND);
      await release();
      expect([state.most, state.evaluated > 2]).toEqual([1, true]);
    });

    test("its successor begins when it is over, where it stood, and the last change counts", async () => {
      const { run, state, tick, release, shown } = await openSlow();
      await tick(10 * SECOND);
      writeFileSync(rules, RULES + SLOW.replace("name: slow\n", "name: slow\n  labels: { version: one }\n"));
      await tick(10 * SECOND);
      writeFileSync(rules, RULES + SLOW.replace("name: slow\n", "name: slow\n  labels: { version: second }\n"));
      await tick(20 * SECOND);
      const groups = () => run.engine.service.groups().map(({ group, missed }) => [group.name, group.labels, missed]);
      expect(groups()[1]).toEqual(["slow", {}, 0]);
      await release();
      expect(shown()).toEqual(["Down pending", "Late firing"]);
      expect(groups()[1]).toEqual(["slow", { version: "second" }, 0]);
      await tick(10 * SECOND);
      await release();
      // Those of the time in which nobody could evaluate.
      expect(groups()[1]).toEqual(["slow", { version: "second" }, expect.toSatisfy((missed) => missed > 1)]);
      expect(state.most).toBe(1);
    });

    test("a group that goes is over before what it fired is", async () => {
      const { run, tick, release, shown } = await openSlow();
      await tick(10 * SECOND);
      writeFileSync(rules, RULES);
      await tick(10 * SECOND);
      expect(run.engine.service.groups().map(({ group }) => group.name)).toEqual(["shop", "slow"]);
      const stale = () =>
        run.written
          .filter(({ labels }) => labelValue(labels, "alertname") === "Late")
          .map(({ labels, value }) => [labelValue(labels, "__name__"), value === "stale"]);
      expect(stale()).toEqual([]);
      await release();
      expect(run.engine.service.groups().map(({ group }) => group.name)).toEqual(["shop"]);
      expect(stale()).toEqual([
        ["ALERTS", false],
        ["ALERTS_FOR_STATE", false],
        ["ALERTS", true],
        ["ALERTS_FOR_STATE", true],
      ]);
      expect(shown()).toEqual(["Down pending", "Late resolved"]);
      expect((await run.store.documents.list("alert-state")).map(({ key }) => key)).toEqual([`${rules};shop`]);
    });

    test("it is broken off by a stop, and nothing is written after that", async () => {
      const { run, tick } = await openSlow();
      await tick(10 * SECOND);
      writeFileSync(rules, RULES);
      await tick(10 * SECOND);
      await run.engine.stop(Date.now() + 1000);
      expect(run.engine.service.groups().map(({ group }) => group.name)).toEqual(["shop"]);
    });
  });

  test("that is broken over a restart keeps what it fired", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    run.takeSent();
    writeFileSync(rules, "groups: 3");
    await run.start();
    await run.advance(10 * SECOND);
    writeFileSync(rules, RULES);
    await run.advance(10 * SECOND);
    expect(states(run)).toEqual(["firing"]);
    expect(run.takeSent()).toEqual([]);
  });
});

describe("the notification file", () => {
  test("counts from the change on, without telling again what was told", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    run.takeSent();
    writeFileSync(notify, `${NOTIFY}inhibit_rules: []\n`);
    await run.advance(10 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual([]);
    writeFileSync(notify, NOTIFY.replaceAll("ops", "night"));
    await run.advance(2 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["night first: Down firing"]);
  });

  test("that is broken leaves the one before in force", async () => {
    const run = await open();
    writeFileSync(notify, `${NOTIFY}wrong: 1\n`);
    await run.advance(3 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
    expect(run.engine.service.notification().issues).toMatchObject([{ at: { line: 10 } }]);
  });

  test("is not needed: alerts are seen, and nobody is told", async () => {
    const run = await open({ configFile: undefined });
    await run.advance(3 * MINUTE, up(run, 0));
    expect(states(run)).toEqual(["firing"]);
    expect(run.takeSent()).toEqual([]);
    expect(run.engine.service.notification().configFile).toBe("");
  });
});

describe("rule files", () => {
  test("run also where one beside them cannot be looked at, which says so", async () => {
    const loop = join(directory.path, "loop.yml");
    symlinkSync(loop, loop);
    const below = join(rules, "x.yml");
    const run = await open({ ruleFiles: [loop, below, rules] });
    await run.advance(3 * MINUTE, up(run, 0));
    expect(states(run)).toEqual(["firing"]);
    const said = run.engine.service.ruleFiles().map(({ name, issues }) => [name, issues[0]?.message ?? ""]);
    expect(Object.fromEntries(said)).toEqual({
      [loop]: expect.stringContaining("ELOOP"),
      [below]: "there is no such file",
      [rules]: "",
    });
  });
});

describe("rule files of the UI", () => {
  test("run at once, survive a restart, and end with what they fired", async () => {
    const run = await open();
    await run.engine.service.putRuleFile("mine", "groups: [{ name: g, rules: [{ alert: Always, expr: vector(1) }] }]");
    await run.start();
    await run.advance(MINUTE, up(run, 1));
    expect(run.engine.service.alerts().map(({ labels }) => labels.alertname)).toEqual(["Always"]);
    expect(await run.engine.service.deleteRuleFile("mine")).toBe(true);
    await run.start();
    expect(states(run)).toEqual(["resolved"]);
    expect(run.engine.service.ruleFiles().map(({ name }) => name)).toEqual([rules]);
  });

  test("are refused when they cannot run, and where the name is taken", async () => {
    const run = await open();
    await expect(
      run.engine.service.putRuleFile("mine", "groups: [{ name: g, rules: [{ alert: A }] }]"),
    ).rejects.toThrow("cannot run the rule file");
    await expect(run.engine.service.putRuleFile("../x", "groups: []")).rejects.toThrow("cannot name a rule file");
    await expect(run.engine.service.deleteRuleFile(rules)).rejects.toThrow("was not made in the UI");
  });
});

describe("alerts from outside", () => {
  const posted = { labels: { alertname: "Disk", host: "a" }, generatorURL: "http://prometheus/graph" };

  test("are grouped and told, time out, and survive a restart", async () => {
    const run = await open();
    await run.engine.service.receive([posted]);
    await run.start();
    expect(run.engine.service.alerts()).toMatchObject([
      { state: "firing", rule: undefined, generatorUrl: "http://prometheus/graph" },
    ]);
    await run.advance(MINUTE);
    expect(run.takeSent()).toEqual(["ops first: Disk firing"]);
    await run.advance(7 * MINUTE);
    expect(run.takeSent()).toEqual(["ops all_resolved: Disk resolved"]);
    const [episode] = await run.engine.service.episodes({ startMillis: 0, endMillis: run.now, limit: 10 });
    expect(episode.resolvedAtMillis).toBe(episode.firedAtMillis + 5 * MINUTE);
  });

  test("are taken beside one that cannot be", async () => {
    const run = await open();
    await expect(run.engine.service.receive([{ labels: {} }, posted])).rejects.toThrow("without labels");
    expect(run.engine.service.alerts()).toHaveLength(1);
  });
});

describe("evidence", () => {
  const evidence = { service: "pay", operation: "POST /pay", traces: [], logs: [], release: "v2", links: {} };

  test("is gathered when an alert fires, again before it is told, and goes with it", async () => {
    const asked: number[] = [];
    const gather: EngineParts["gather"] = async ({ nowMillis }) => {
      asked.push(nowMillis);
      return evidence;
    };
    const run = await open({}, { gather });
    await run.advance(4 * MINUTE, up(run, 0));
    expect(asked.map((time) => (time - asked[0]) / SECOND).slice(0, 2)).toEqual([0, 30]);
    const [{ alerts }] = run.sending.sent;
    expect(alerts[0].alert.annotations.evidence).toContain("POST /pay");
    const [{ id }] = run.engine.service.alerts();
    await run.start();
    expect(await run.engine.service.evidence(id)).toMatchObject({ evidence });
    expect(await run.engine.service.episode(id)).toMatchObject({ operation: "POST /pay" });
  });

  test("is looked for once more after the first message, and goes with the later ones", async () => {
    const asked: number[] = [];
    const gather: EngineParts["gather"] = async ({ nowMillis }) => {
      asked.push(nowMillis);
      return { ...evidence, operation: `POST /pay/${asked.length}` };
    };
    const run = await open({}, { gather });
    await run.advance(10 * MINUTE, up(run, 0));
    expect(asked.map((time) => (time - asked[0]) / SECOND)).toEqual([0, 30, 90]);
    const textOf = () => run.sending.sent.splice(0).map(({ alerts }) => alerts[0].alert.annotations.evidence);
    expect(textOf()).toEqual([expect.stringContaining("POST /pay/2")]);
    await run.start();
    await run.advance(5 * MINUTE, up(run, 0));
    expect(asked).toHaveLength(3);
    await run.advance(2 * MINUTE, up(run, 1));
    expect(textOf()).toEqual([expect.stringContaining("POST /pay/3")]);
  });

  test("of an alert that is over by then, or of which nothing is found, is not looked for again and again", async () => {
    const asked: number[] = [];
    const gather: EngineParts["gather"] = async ({ nowMillis }) => {
      asked.push(nowMillis);
      return undefined;
    };
    const run = await open({}, { gather });
    await run.advance(2 * MINUTE, up(run, 0));
    expect(asked).toHaveLength(2);
    await run.advance(10 * MINUTE, up(run, 1));
    expect(asked).toHaveLength(2);
    await run.advance(15 * MINUTE, up(run, 0));
    expect(asked).toHaveLength(5);
  });

  test("that cannot be gathered holds nothing back", async () => {
    const run = await open({}, { gather: () => Promise.reject(new Error("no store")) });
    await run.advance(4 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
  });
});

describe("evaluation", () => {
  test("leaves out and counts what comes while the one before still runs", async () => {
    const run = await open();
    let release = () => {};
    const slow = new Promise<void>((resolve) => (release = resolve));
    const spy = vi.spyOn(run.store.metrics, "selectSeries").mockImplementation(() => slow.then(() => []));
    run.now += 10 * SECOND;
    const first = run.engine.tick(run.now);
    for (let i = 0; i < 3; i++) {
      run.now += 10 * SECOND;
      await run.engine.tick(run.now);
    }
    release();
    await first;
    expect(spy).toHaveBeenCalledTimes(2);
    expect(run.engine.service.groups()).toMatchObject([{ missed: 3 }]);
  });

  test("of a slow group is no clock that was set back to what was told meanwhile", async () => {
    writeFileSync(rules, `${RULES}- name: slow\n  rules: [{ alert: Late, logs: { query: "level:error" } }]\n`);
    let release = () => {};
    const slow = new Promise<void>((resolve) => (release = resolve));
    const run = await open({}, { find: () => () => slow.then(() => []) });
    run.now += 15 * SECOND;
    const first = run.engine.tick(run.now);
    await run.advance(3 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
    const due = () => run.engine.service.alertGroups().map(({ dueAt }) => dueAt);
    const before = due();
    release();
    await first;
    expect(due()).toEqual(before);
  });

  test("goes on when the clock is set back", async () => {
    const run = await open();
    await run.advance(MINUTE, up(run, 1));
    run.now -= 60 * MINUTE;
    await run.engine.tick(run.now);
    await run.advance(20 * SECOND);
    expect(run.engine.service.groups()[0].lastEvaluation).toBeGreaterThan(run.now - 11 * SECOND);
    expect(run.engine.service.groups()[0].lastEvaluation).toBeLessThanOrEqual(run.now);
  });

  test("that fires ends, and is told as over, at once when the clock is set back", async () => {
    const run = await open();
    await run.advance(3 * MINUTE, up(run, 0));
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
    run.now -= 2 * 60 * MINUTE;
    await run.advance(2 * MINUTE, up(run, 1));
    expect(run.takeSent()).toEqual(["ops all_resolved: Down resolved"]);
    expect(run.log.lines.filter(({ level }) => level === "error")).toEqual([]);
    await run.advance(10 * MINUTE, up(run, 1));
    expect(run.takeSent()).toEqual([]);
  });

  test("that fires starts and goes on firing when the clock was set back while nothing ran", async () => {
    const always = "groups: [{ name: g, rules: [{ alert: Always, expr: vector(1) }] }]";
    writeFileSync(rules, always);
    const run = await open();
    await run.advance(3 * MINUTE);
    expect(run.takeSent()).toEqual(["ops first: Always firing"]);
    run.now -= 2 * 60 * MINUTE;
    await run.start();
    await run.advance(10 * MINUTE);
    expect(states(run)).toEqual(["firing"]);
    expect(run.takeSent()).toEqual([]);
    expect(run.log.lines.filter(({ level }) => level === "error")).toEqual([]);
    writeFileSync(rules, always.replace("vector(1)", "vector(1) > 1"));
    await run.advance(2 * MINUTE);
    expect(run.takeSent()).toEqual(["ops all_resolved: Always resolved"]);
  });

  test("goes on when the store takes no samples and no documents", async () => {
    const run = await open({}, { write: () => Promise.reject(new Error("disk full")) });
    const full = vi.spyOn(run.store.documents, "write").mockRejectedValue(new Error("disk full"));
    await run.advance(2 * MINUTE, () => {
      up(run, 0)();
      run.sample({ __name__: "job:up:sum", job: "pay" }, 0);
    });
    expect(states(run)).toEqual(["firing"]);
    expect(run.takeSent()).toEqual([]);
    full.mockRestore();
    await run.advance(30 * SECOND);
    expect(run.takeSent()).toEqual(["ops first: Down firing"]);
  });
});
