/** The mock's rule files, what it finds wrong with one, what one would have done, and objectives. Files of the UI's are kept in memory. */
import type { WireRuleFile, WireRuleIssue, WireRuleReplay, WireSlo } from "goldspan/contract";
import type { Answer, Asked } from "./answer.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const POINTS = 240;

const ON_DISK = `groups:
  - name: shop
    rules:
      - alert: Down
        expr: up{job="shop" == 0
`;
const MINE = `# ours
groups:
  - name: shop
    rules:
      - alert: QueueLong
        expr: max(shop_queue_length) > 7   # seen in May
        for: 1m
        labels: { severity: page }

      - alert: PaymentErrorsLogged
        logs: { query: 'level:error service:payments', window: 5m, above: 10 }
`;
const DEFAULT = `groups:
  - name: golden signals
    rules:
      - alert: ErrorRatioUnusual
        baseline: { signal: error_ratio }
`;

export class MockRules {
  private readonly texts = new Map<string, Pick<WireRuleFile, "origin" | "text">>([
    ["default", { origin: "default", text: DEFAULT }],
    ["rules/shop.yml", { origin: "file", text: ON_DISK }],
    ["mine", { origin: "ui", text: MINE }],
  ]);

  names(): { readonly name: string; readonly origin: WireRuleFile["origin"] }[] {
    return Array.from(this.texts, ([name, { origin }]) => ({ name, origin }));
  }

  /** Of rules/check, rules/replay and rule-files; undefined = there is no such path. */
  answer(path: readonly string[], { method, sent, now }: Asked): Answer | undefined {
    const asked = (sent ?? {}) as { text?: string; line?: number; start?: number; end?: number; version?: string };
    if (path[0] === "rules" && path[1] === "check")
      return { status: 200, body: { issues: issuesOf(asked.text ?? ""), groups: 1, rules: 1 } };
    if (path[0] === "rules" && path[1] === "replay") {
      const replay = replayOf(asked.text ?? "", asked.line ?? 1, asked.start ?? now - DAY, asked.end ?? now);
      return { status: 200, body: replay, lines: [{ progress: 0.4 }, { replay }] };
    }
    if (path[0] !== "rule-files" || !path[1]) return undefined;
    return this.answerFile(decodeURIComponent(path[1]), method, asked.text, asked.version);
  }

  private answerFile(name: string, method: string, text = "", version?: string): Answer {
    const known = this.texts.get(name);
    const now = known ? versionOf(known.text) : "";
    if (method === "GET")
      return known
        ? { status: 200, body: { name, ...known, version: now } }
        : failure(404, `cannot find the rule file ${name}`);
    if (version !== undefined && version !== now) return failure(409, `cannot save over the rule file ${name}`);
    if (method === "DELETE") return { status: this.texts.delete(name) ? 204 : 404, body: {} };
    const [issue] = issuesOf(text);
    if (issue) return failure(400, `cannot run the rule file: ${issue.message}`);
    this.texts.set(name, { origin: "ui", text });
    return { status: 200, body: { name, origin: "ui", text, version: versionOf(text) } };
  }
}

function failure(code: number, message: string): Answer {
  return { status: code, body: { error: { code, message } } };
}

function versionOf(text: string): string {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007;
  return `v${sum}`;
}

/** A line with "oops" cannot be read. */
function issuesOf(text: string): WireRuleIssue[] {
  return text.split("\n").flatMap((line, at): WireRuleIssue[] => {
    const again = line.indexOf("alert: Twice");
    if (again >= 0)
      return [{ line: at + 1, column: again + 1, message: '"Twice" stands in line 1 already', severity: "warning" }];
    const column = line.indexOf("oops");
    const message = "could not parse expression: <b>unexpected</b> identifier";
    return column < 0 ? [] : [{ line: at + 1, column: column + 1, message, severity: "error" }];
  });
}

/** A wave between 0 and 10, three of them in the range, held against the bound in the text; the first fortieth of it has no data. */
function replayOf(text: string, line: number, startMillis: number, endMillis: number): WireRuleReplay {
  const lines = text.split("\n").slice(line - 1);
  const bound = Number(/(?:>|above:) *([\d.]+)/.exec(lines.join("\n"))?.[1] ?? 5);
  const step = (endMillis - startMillis) / POINTS;
  const times = Array.from({ length: POINTS + 1 }, (_, i) => startMillis + i * step);
  const dataStart = startMillis + (endMillis - startMillis) / 40;
  const values = times.map((at, i) => (at < dataStart ? null : 5 + 5 * Math.sin((i / POINTS) * 6 * Math.PI)));
  const fires = values.map((value) => value !== null && value > bound);
  const episodes = times.flatMap((at, i) => {
    if (!fires[i] || fires[i - 1]) return [];
    const end = fires.indexOf(false, i);
    const labels = { alertname: "QueueLong", service_name: "orders", severity: "page" };
    return [{ labels, activeAtMillis: at, firedAtMillis: at + step, resolvedAtMillis: end < 0 ? null : times[end] }];
  });
  const chart: WireRuleReplay["rules"][number]["chart"] = {
    title: "max(shop_queue_length)",
    unit: "",
    threshold: bound,
    side: "above",
    timesMillis: times,
    series: [{ labels: { service_name: "orders" }, values }],
    hidden: 0,
    band: null,
  };
  const name = /(?:alert|record): (\S+)/.exec(lines[0] ?? "")?.[1] ?? "";
  return {
    startMillis,
    endMillis,
    reachedMillis: endMillis,
    stepMillis: Math.round(step),
    dataStartMillis: Math.round(dataStart),
    rules: [{ group: "shop", name, fired: episodes.length, error: "", chart, episodes }],
  };
}

/** One that is kept, and one whose budget burns. */
export function mockSlos(now: number): WireSlo[] {
  return [
    slo(now, {
      name: "PaymentsAvailability",
      service: "payments",
      operation: "POST /charges",
      state: "page",
      bad: 0.9,
      ruleId: "ErrorRatioUnusual",
    }),
    slo(now, { name: "GatewayLatency", service: "gateway", operation: "", state: "ok", bad: 0.1, ruleId: "" }),
  ];
}

function slo(
  now: number,
  {
    bad,
    state,
    ...names
  }: Pick<WireSlo, "name" | "service" | "operation" | "state" | "ruleId"> & { readonly bad: number },
): WireSlo {
  const windowMillis = 30 * DAY;
  const timesMillis = Array.from({ length: 121 }, (_, i) => now - windowMillis + (i * windowMillis) / 120);
  const remaining = timesMillis.map((_, i) =>
    i < 20 ? null : 1 - (bad * (i - 20)) / 100 - (i > 110 && state !== "ok" ? 0.3 : 0),
  );
  const alertOf = (severity: "page" | "ticket", factor: number, long: number, short: number) => {
    const rate = state === "ok" ? 0.4 : 22;
    return {
      severity,
      factor,
      longMillis: long * MINUTE,
      shortMillis: short * MINUTE,
      longRate: rate,
      shortRate: rate,
      isBurning: rate > factor,
    };
  };
  const alerts = [
    alertOf("page", 14.4, 60, 5),
    alertOf("page", 6, 360, 30),
    alertOf("ticket", 3, 1440, 120),
    alertOf("ticket", 1, 4320, 360),
  ];
  return {
    ...names,
    file: "mine",
    line: 5,
    text: "99.9 % of requests without error over 30 d",
    objective: 0.999,
    windowMillis,
    attained: 1 - 0.001 * (1 - (remaining.at(-1) ?? 1)),
    budgetRemaining: remaining.at(-1) ?? null,
    burnRates: alerts.map(({ longMillis, longRate }) => ({ windowMillis: longMillis, rate: longRate })),
    alerts,
    burnDown: { timesMillis, remaining },
    state,
  };
}
