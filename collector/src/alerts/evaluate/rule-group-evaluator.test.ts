/** Groups of rules over time: the state machine, samples, limits, errors, and what survives a restart. */
import { describe, expect, test } from "vitest";
import { scopeOf } from "../../base/work-scope.ts";
import { labelsOf, recordOf } from "../../model/labels.ts";
import type { VectorSample } from "../../query/metrics/result.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { queryVectorOf, type QueryVector } from "./query-vector.ts";
import { RuleGroupEvaluator, type GroupSettings } from "./rule-group-evaluator.ts";
import type { RuleSample } from "./rule-sample.ts";

const MINUTE = 60_000;

/** What the next queries give, by expression; an Error is thrown. */
type Answers = Record<string, readonly Readonly<Record<string, string | number>>[] | Error>;

function vector(answer: Answers[string] | undefined): readonly VectorSample[] {
  if (answer instanceof Error) throw answer;
  return (answer ?? []).map(({ value = 1, ...labels }) => ({
    labels: labelsOf(labels as Record<string, string>),
    timestampMillis: 0,
    value: Number(value),
  }));
}

function open(yaml: string, settings: Partial<GroupSettings> = {}) {
  const { groups, issues } = parseRules(yaml);
  expect(issues).toEqual([]);
  const answers: Answers = {};
  const written: RuleSample[] = [];
  const asked: [string, number][] = [];
  const query: QueryVector = async (text, timeMillis) => {
    asked.push([text, timeMillis]);
    return vector(answers[text]);
  };
  const write = async (samples: readonly RuleSample[]) => void written.push(...samples);
  const group = new RuleGroupEvaluator(groups[0], { query, write, ...settings });
  const states = () => group.rules.flatMap(({ alerts }) => alerts.map(({ state }) => state));
  const at = async (minute: number) => {
    written.length = 0;
    await group.evaluate(minute * MINUTE);
    return states();
  };
  return { group, answers, written, asked, at };
}

const alert = (keys: string, group = "") =>
  `groups: [{ name: g, ${group} rules: [{ alert: Down, expr: up == 0, ${keys} }] }]`;
const UP = "up == 0";

describe("an alert", () => {
  test("is pending until it has held for `for`, then fires, and is resolved once it is gone", async () => {
    const { group, answers, at } = open(alert("for: 2m"));
    answers[UP] = [{ __name__: "up", job: "a" }];
    expect(await at(0)).toEqual(["pending"]);
    expect(await at(1)).toEqual(["pending"]);
    expect(await at(2)).toEqual(["firing"]);
    expect(group.rules[0].alerts[0]).toMatchObject({
      activeAt: 0,
      firedAt: 2 * MINUTE,
      labels: { alertname: "Down", job: "a" },
    });
    answers[UP] = [];
    expect(await at(3)).toEqual(["inactive"]);
    expect(group.rules[0].alerts[0].resolvedAt).toBe(3 * MINUTE);
  });

  test("fires at once without `for`", async () => {
    const { answers, at } = open(alert(""));
    answers[UP] = [{ job: "a" }];
    expect(await at(0)).toEqual(["firing"]);
  });

  test("begins anew when it was gone for one evaluation while pending", async () => {
    const { group, answers, at } = open(alert("for: 2m"));
    answers[UP] = [{ job: "a" }];
    await at(0);
    answers[UP] = [];
    expect(await at(1)).toEqual([]);
    answers[UP] = [{ job: "a" }];
    await at(2);
    expect(await at(3)).toEqual(["pending"]);
    expect(group.rules[0].alerts[0].activeAt).toBe(2 * MINUTE);
  });

  test("is kept firing for keep_firing_for, and as new once it is back in between", async () => {
    const { group, answers, at } = open(alert("keep_firing_for: 2m"));
    answers[UP] = [{ job: "a" }];
    await at(0);
    answers[UP] = [];
    expect(await at(1)).toEqual(["firing"]);
    expect(group.rules[0].alerts[0].keepFiringSince).toBe(MINUTE);
    answers[UP] = [{ job: "a" }];
    expect(await at(2)).toEqual(["firing"]);
    expect(group.rules[0].alerts[0].keepFiringSince).toBeUndefined();
    answers[UP] = [];
    expect(await at(3)).toEqual(["firing"]);
    expect(await at(4)).toEqual(["firing"]);
    expect(await at(5)).toEqual(["inactive"]);
  });

  test("that is resolved is kept for 15 minutes, and comes back as a new one", async () => {
    const { group, answers, at } = open(alert("for: 1m"));
    answers[UP] = [{ job: "a" }];
    await at(0);
    await at(1);
    answers[UP] = [];
    await at(2);
    expect(await at(17)).toEqual(["inactive"]);
    answers[UP] = [{ job: "a" }];
    expect(await at(17.5)).toEqual(["pending"]);
    expect(group.rules[0].alerts[0]).toEqual(expect.not.objectContaining({ resolvedAt: expect.anything() }));
    answers[UP] = [];
    await at(18);
    await at(19);
    expect(await at(40)).toEqual([]);
  });

  test("follows its value and its annotations, and keeps its labels", async () => {
    const { group, answers, at } = open(
      alert('annotations: { text: "{{ $value }} of {{ $labels.job }} in {{ $externalLabels.region }}" }'),
      {
        externalLabels: { region: "eu" },
      },
    );
    answers[UP] = [{ job: "a", value: 1 }];
    await at(0);
    answers[UP] = [{ job: "a", value: 2.5 }];
    await at(1);
    expect(group.rules[0].alerts).toMatchObject([{ value: 2.5, annotations: { text: "2.5 of a in eu" }, activeAt: 0 }]);
  });

  test("gives ALERTS and ALERTS_FOR_STATE, which end with it", async () => {
    const { answers, written, at } = open(alert("for: 1m, labels: { severity: page }"));
    const series = () =>
      written.map(({ labels, value, timestampMillis }) => ({ ...recordOf(labels), value, at: timestampMillis }));
    answers[UP] = [{ __name__: "up", job: "a" }];
    const shared = { alertname: "Down", job: "a", severity: "page" };
    await at(5);
    expect(series()).toEqual([
      { ...shared, __name__: "ALERTS", alertstate: "pending", value: 1, at: 5 * MINUTE },
      { ...shared, __name__: "ALERTS_FOR_STATE", value: 300, at: 5 * MINUTE },
    ]);
    await at(6);
    expect(series()).toEqual([
      { ...shared, __name__: "ALERTS", alertstate: "firing", value: 1, at: 6 * MINUTE },
      { ...shared, __name__: "ALERTS_FOR_STATE", value: 300, at: 6 * MINUTE },
      { ...shared, __name__: "ALERTS", alertstate: "pending", value: "stale", at: 6 * MINUTE },
    ]);
    answers[UP] = [];
    await at(7);
    expect(series().map(({ value }) => value)).toEqual(["stale", "stale"]);
    await at(8);
    expect(series()).toEqual([]);
  });

  test("has the group's labels, the rule's before them, as templates; empty ones are none", async () => {
    const { group, answers, at } = open(
      alert(
        'labels: { team: "{{ $labels.job }}-team", gone: "{{ $labels.nope }}" }',
        "labels: { team: x, tier: web },",
      ),
    );
    answers[UP] = [{ job: "a", gone: "was here" }];
    await at(0);
    expect(group.rules[0].alerts[0].labels).toEqual({ alertname: "Down", job: "a", team: "a-team", tier: "web" });
  });

  test("whose template fails goes out with what is wrong", async () => {
    const { group, answers, at } = open(alert('annotations: { text: "{{ first (query `none`) }}" }'));
    answers[UP] = [{ job: "a" }];
    expect(await at(0)).toEqual(["firing"]);
    expect(group.rules[0].alerts[0].annotations.text).toMatch(
      /^<error expanding template: error executing template __alert_Down: .*no elements>$/,
    );
  });
});

describe("rules of one group", () => {
  const yaml = `
groups:
  - name: g
    rules:
      - { record: made, expr: x }
      - { alert: A, expr: a > 0 }
      - { alert: OfMade, expr: made > 0 }
      - { alert: OfAny, expr: '{job="a"} > 0' }
      - { alert: B, expr: b > 0 }`;

  test("are asked together once they are known to be short, but for those that may look at what the group makes", async () => {
    const { group, answers, asked, at } = open(yaml);
    answers["b > 0"] = [{ job: "b" }];
    await at(0);
    expect(asked.map(([text]) => text)).toEqual(["x", "a > 0", "made > 0", '{job="a"} > 0', "b > 0"]);
    asked.length = 0;
    answers["a > 0"] = new Error("timed out");
    expect(await at(1)).toEqual(["firing"]);
    expect(asked.map(([text]) => text)).toEqual(["x", "a > 0", "b > 0", "made > 0", '{job="a"} > 0']);
    expect(group.rules.map(({ health }) => health)).toEqual(["ok", "err", "ok", "ok", "ok"]);
  });
});

describe("a clock that is set back", () => {
  test("lets an alert that waits, wait from there", async () => {
    const { group, answers, at } = open(alert("for: 2m"));
    answers[UP] = [{ job: "a" }];
    await at(100);
    expect(await at(10)).toEqual(["pending"]);
    expect(group.rules[0].alerts[0].activeAt).toBe(10 * MINUTE);
    expect(await at(12)).toEqual(["firing"]);
  });
});

describe("a rule of another kind", () => {
  const rule = alert("").replace("expr: up == 0,", "new_error: {}, annotations: { text: '{{ $details.summary }}' }");

  test("is answered by who knows the kind, with details for its templates", async () => {
    const asked: string[] = [];
    const { group, at } = open(rule, {
      find: async ({ source }, timeMillis) => {
        asked.push(`${source.kind} ${timeMillis}`);
        const labels = labelsOf({ service_name: "a" });
        return [{ labels, timestampMillis: timeMillis, value: 2, details: { summary: "a: two of them" } }];
      },
    });
    expect(await at(1)).toEqual(["firing"]);
    expect([asked, group.rules[0].alerts]).toMatchObject([
      [`new_error ${MINUTE}`],
      [{ annotations: { text: "a: two of them" }, details: { summary: "a: two of them" } }],
    ]);
  });

  test("keeps its alerts and their series as long as nobody can tell", async () => {
    const sample = { labels: labelsOf({ service_name: "a" }), timestampMillis: 0, value: 1 };
    let answer: readonly (typeof sample)[] | undefined = [sample];
    const { written, at } = open(rule, { find: async () => answer });
    expect(await at(1)).toEqual(["firing"]);
    answer = undefined;
    expect(await at(2)).toEqual(["firing"]);
    expect(written.map(({ value }) => value)).toEqual([1, 60]);
    answer = [];
    expect(await at(3)).toEqual(["inactive"]);
  });

  test("fails where there is nobody who knows it", async () => {
    const { group, at } = open(rule);
    await at(1);
    expect(group.rules[0].lastError).toBe("cannot evaluate new_error here: there are metrics alone");
  });
});

describe("a rule that fails", () => {
  test("for its query keeps its alerts as they are, and says why", async () => {
    const { group, answers, written, at } = open(alert("for: 2m"));
    answers[UP] = [{ job: "a" }];
    await at(0);
    answers[UP] = new Error("timed out");
    expect(await at(1)).toEqual(["pending"]);
    expect(group.rules[0]).toMatchObject({ health: "err", lastError: "timed out", lastEvaluation: MINUTE });
    expect(written).toEqual([]);
    answers[UP] = [{ job: "a" }];
    expect(await at(2)).toEqual(["firing"]);
    expect(group.rules[0]).toMatchObject({ health: "ok", lastError: undefined });
  });

  test("for labels that come to the same changes nothing", async () => {
    const { group, answers, at } = open(alert('labels: { job: "same" }'));
    answers[UP] = [{ job: "a" }, { job: "b" }];
    expect(await at(0)).toEqual([]);
    expect(group.rules[0].lastError).toBe("vector contains metrics with the same labelset after applying alert labels");
  });

  test("for its limit loses its alerts", async () => {
    const { group, answers, at } = open(alert("", "limit: 1,"));
    answers[UP] = [{ job: "a" }];
    expect(await at(0)).toEqual(["firing"]);
    answers[UP] = [{ job: "a" }, { job: "b" }];
    expect(await at(1)).toEqual([]);
    expect(group.rules[0].lastError).toBe("exceeded limit of 1 with 2 alerts");
  });

  test("does not keep the others of its group from running; a cancelled evaluation does", async () => {
    const { group, answers, at } = open(
      "groups: [{ name: g, rules: [{ record: a, expr: x }, { alert: B, expr: y }] }]",
    );
    answers.x = new Error("no");
    answers.y = [{}];
    expect(await at(0)).toEqual(["firing"]);
    expect(group.rules.map(({ health }) => health)).toEqual(["err", "ok"]);
    answers.x = Object.assign(new Error("cancelled"), { name: "AbortError" });
    await expect(at(1)).rejects.toThrow("cancelled");
  });
});

describe("a group's budget", () => {
  const LIMITS = { timeoutMillis: 0, maxBytes: 0, maxRows: 10 };
  const names = ["a", "b", "c", "d"];
  const yaml = `groups: [{ name: g, rules: [${names.map((name) => `{ record: r_${name}, expr: ${name} }`).join(", ")}] }]`;

  /** Each query holds so many rows; how many were under way at once, and what each group of them took together. */
  function hungry(rows: Readonly<Record<string, number>>, settings: Partial<GroupSettings> = {}) {
    const asked: string[] = [];
    const signals = new Set<AbortSignal | undefined>();
    const query: QueryVector = async (text, _, signal) => {
      asked.push(text);
      signals.add(signal);
      scopeOf(signal).addRows(rows[text] ?? 1);
      return vector([{ job: text }]);
    };
    const { group, at } = open(yaml, { query, limits: LIMITS, ...settings });
    const health = () => group.rules.map(({ health: own }) => own);
    return { asked, signals, at, group, health };
  }

  test("is one for queries that are begun together, and one for each that is asked in its turn", async () => {
    const { signals, at, health } = hungry({});
    await at(0);
    expect(signals.size).toBe(4);
    signals.clear();
    await at(1);
    expect(signals.size).toBe(1);
    expect(health()).toEqual(["ok", "ok", "ok", "ok"]);
  });

  test("that is too small for all of them together costs no rule its answer, and fewer are begun from then on", async () => {
    const { asked, signals, at, health } = hungry({ a: 4, b: 4, c: 4, d: 4 });
    for (const minute of [0, 1]) await at(minute);
    expect(health()).toEqual(["ok", "ok", "ok", "ok"]);
    // Ten together, then five, then two: those have room.
    for (const minute of [2, 3]) await at(minute);
    asked.length = 0;
    signals.clear();
    await at(4);
    expect([asked, signals.size]).toEqual([["a", "b", "c", "d"], 2]);
  });

  test("fails the rule that needs more than it by itself, and no other", async () => {
    const { group, at, health } = hungry({ c: 11 });
    for (const minute of [0, 1]) await at(minute);
    expect(health()).toEqual(["ok", "ok", "err", "ok"]);
    expect(group.rules[2].lastError).toBe("its answer needs more than 10 rows");
  });

  test("holds for what a rule of another kind reads and for its templates, together", async () => {
    const { group } = open(
      `groups: [{ name: g, rules: [{ alert: A, logs: { query: 'level:error', window: 5m }, annotations: { n: '{{ query "x" | len }}' } }] }]`,
      {
        find: async (_, timestampMillis, signal) => {
          scopeOf(signal).addRows(6);
          return [{ labels: [], timestampMillis, value: 1 }];
        },
        query: async (_, __, signal) => {
          scopeOf(signal).addRows(6);
          return [];
        },
        limits: LIMITS,
      },
    );
    await group.evaluate(0);
    expect(group.rules[0].alerts[0].annotations.n).toContain("its answer needs more than 10 rows");
  });
});

describe("an evaluation", () => {
  const yaml = `groups: [{ name: g, rules: [{ record: a, expr: x }, { alert: A, logs: { query: 'level:error', window: 5m } }, { record: b, expr: y }] }]`;
  const unheeding = () => new Promise<never>(() => undefined);

  test("that is over its time ends, whatever it waits for, and says whose turn did not come", async () => {
    const { group } = open(yaml, { find: unheeding, mostMillis: 30 });
    await group.evaluate(0);
    expect(group.rules.map(({ lastError }) => lastError)).toEqual([
      undefined,
      "it takes longer than 0.03 s",
      "its turn didn't come: the rules of its group take longer than 0.03 s",
    ]);
  });

  test("ends when it is stopped, within a step too", async () => {
    const stop = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const { group } = open(yaml, {
      stop: stop.signal,
      find: (_, __, signal) => {
        signals.push(signal);
        queueMicrotask(() => stop.abort());
        return unheeding();
      },
      limits: { timeoutMillis: 60_000, maxBytes: 0, maxRows: 0 },
    });
    await expect(group.evaluate(0)).rejects.toThrow(/abort/i);
    expect(signals[0]?.aborted).toBe(true);
  });

  test("ends a rule that takes longer than a query may, and goes on", async () => {
    const { group } = open(yaml, { find: unheeding, limits: { timeoutMillis: 20, maxBytes: 0, maxRows: 0 } });
    await group.evaluate(0);
    expect(group.rules.map(({ health }) => health)).toEqual(["ok", "err", "ok"]);
  });
});

describe("recording rules", () => {
  test("write their expression's samples under their name and labels, and end what is gone", async () => {
    const { answers, written, at } = open(
      "groups: [{ name: g, labels: { a: '1', b: '1' }, rules: [{ record: r, expr: x, labels: { b: '2' } }] }]",
    );
    answers.x = [
      { __name__: "x", job: "a", value: 3 },
      { __name__: "x", job: "b", value: 4 },
    ];
    await at(1);
    expect(written.map(({ labels, value }) => [recordOf(labels), value])).toEqual([
      [{ __name__: "r", a: "1", b: "2", job: "a" }, 3],
      [{ __name__: "r", a: "1", b: "2", job: "b" }, 4],
    ]);
    answers.x = [{ job: "b", value: 5 }];
    await at(2);
    expect(written.map(({ value }) => value)).toEqual([5, "stale"]);
  });

  test("fail for equal label sets and for their limit", async () => {
    const { group, answers, at, written } = open(
      "groups: [{ name: g, limit: 2, rules: [{ record: r, expr: x, labels: { job: same } }, { record: s, expr: y }] }]",
    );
    answers.x = [{ job: "a" }, { job: "b" }];
    answers.y = [{ job: "a" }, { job: "b" }, { job: "c" }];
    await at(0);
    expect(group.rules.map(({ lastError }) => lastError)).toEqual([
      "vector contains metrics with the same labelset after applying rule labels",
      "exceeded limit of 2 with 3 series",
    ]);
    expect(written).toEqual([]);
  });

  test("are seen by those behind them, and query_offset looks back", async () => {
    const metrics = new MemoryMetrics();
    metrics.add(labelsOf({ __name__: "x" }), 0, 20);
    metrics.add(labelsOf({ __name__: "x" }), 9 * MINUTE, 30);
    const { group } = open(
      "groups: [{ name: g, query_offset: 1m, rules: [{ record: half, expr: x / 2 }, { record: sum, expr: half + scalar(x) }, { record: bad, expr: 'x[1m]' }] }]",
      {
        query: queryVectorOf({ reader: metrics }),
        write: async (samples) => {
          for (const { labels, timestampMillis, value } of samples) metrics.add(labels, timestampMillis, value);
        },
      },
    );
    await group.evaluate(10 * MINUTE);
    const [sum] = await metrics.selectSeries([{ name: "__name__", operator: "=", value: "sum" }], {
      start: 0,
      end: 1e9,
    });
    expect([[...sum.timestamps], [...sum.values]]).toEqual([[9 * MINUTE], [45]]);
    expect(group.rules[2].lastError).toBe("rule result is not a vector or scalar");
  });
});

describe("after a restart", () => {
  const yaml = `
groups:
  - name: g
    rules:
      - { alert: Down, expr: up == 0, for: 2m }
      - { record: r, expr: x }`;

  test("alerts go on where they stood, and series that are gone end", async () => {
    const before = open(yaml);
    before.answers[UP] = [{ job: "a", value: Infinity }];
    before.answers.x = [{ job: "a" }];
    await before.at(0);
    await before.at(1);
    const kept: unknown = JSON.parse(JSON.stringify(before.group.encode()));
    const after = open(yaml);
    after.group.restore(kept as ReturnType<typeof before.group.encode>);
    expect(after.group.rules[0].alerts).toEqual(before.group.rules[0].alerts);
    after.answers[UP] = [{ job: "a" }];
    expect(await after.at(2)).toEqual(["firing"]);
    expect(after.group.rules[0].alerts[0].activeAt).toBe(0);
    const stale = after.written.filter(({ value }) => value === "stale").map(({ labels }) => recordOf(labels));
    expect(stale).toEqual([expect.objectContaining({ alertstate: "pending" }), { __name__: "r", job: "a" }]);
  });

  test("rules that were changed begin anew, those that were moved do not", async () => {
    const before = open(yaml);
    before.answers[UP] = [{ job: "a" }];
    await before.at(0);
    const moved = open(
      "groups: [{ name: g, rules: [{ record: r, expr: x }, { alert: Down, expr: up == 0, for: 5m }] }]",
    );
    moved.group.restore(before.group.encode());
    expect(moved.group.rules[1].alerts).toHaveLength(1);
    const changed = open(yaml.replace("up == 0", "up < 1"));
    changed.group.restore(before.group.encode());
    expect(changed.group.rules[0].alerts).toEqual([]);
  });
});
