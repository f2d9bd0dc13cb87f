/** Paths of alerts in the OpenAPI document. */
import { change, ERRORS, get, integer, json, path, query, remove } from "./openapi-parts.ts";

const ALERT = path("id", "of the alert's episode");
const SILENCE = path("id", "of the silence");
const FILE = path("name", "of the rule file");
const LETTER = path("id", "of the dead letter");
const CHANNEL = [
  path("receiver", "name of the receiver"),
  path("kind", "slack, webhook, …"),
  path("index", "in its list"),
];
const DAY = [
  query("start", "begin of the time range: milliseconds since 1970 or RFC 3339; by default a day before now"),
  query("end", "end of the time range, inclusive; by default now"),
];

/** Something is done that has no body and no answer, or another one. */
function act(summary: string, parameters: readonly object[], answer?: string) {
  const responses: Record<string, object> = answer
    ? { 200: { description: summary, content: json(answer) } }
    : { 204: { description: "it is done" } };
  for (const error of [400, 404, 500, 503]) responses[error] = { description: ERRORS[error], content: json("Error") };
  return { post: { summary, parameters, responses } };
}

function orConflict<T extends { readonly responses: Readonly<Record<string, object>> }>(route: T): T {
  return { ...route, responses: { ...route.responses, 409: { description: ERRORS[409], content: json("Error") } } };
}

const RULES = {
  "/api/v1/alerting/rules": get("rule files, groups and rules, and where they stand", "Rules", [], [404]),
  "/api/v1/alerting/rules/check": {
    post: change("what is wrong with a rule file, and what runs and is hardly meant", "RuleText", "RuleCheck"),
  },
  "/api/v1/alerting/rules/replay": {
    post: change(
      "what a rule file would have done over a range, by default the last 7 days; for who accepts application/x-ndjson as lines with its progress",
      "RuleReplayRequest",
      "RuleReplay",
    ),
  },
  "/api/v1/alerting/rule-files/{name}": {
    ...get("a rule file", "RuleFile", [FILE], [404]),
    put: orConflict(
      change("make or change a rule file of the UI's; it runs at once", "RuleFileText", "RuleFile", [FILE]),
    ),
    delete: orConflict(
      remove("delete a rule file of the UI's; its alerts are resolved", [
        FILE,
        query("version", "of the file that is meant; absent = whatever lies there"),
      ]),
    ),
  },
};

const CHANNELS = {
  "/api/v1/alerting/channels": get("channels and how they do, and the routes to them", "Channels", [], [404]),
  "/api/v1/alerting/channels/{receiver}/{kind}/{index}/test": act(
    "send a message that says it is a test",
    CHANNEL,
    "ChannelTest",
  ),
  "/api/v1/alerting/channels/{receiver}/{kind}/{index}/preview": get(
    "what would be sent; secrets are hidden",
    "ChannelPreview",
    [
      ...CHANNEL,
      query("alert", "id of an alert; absent = a made-up one"),
      query("state", "firing or resolved: as if it were so; absent = as it is"),
    ],
    [400, 404],
  ),
  "/api/v1/alerting/routing": get(
    "the routes that take an alert with these labels, and what holds it back",
    "Routing",
    [query("label", "name=value, for each label again")],
    [400, 404],
  ),
  "/api/v1/alerting/dead-letters": get("notifications that were given up, newest first", "DeadLetters", [], [404]),
  "/api/v1/alerting/dead-letters/{id}/retry": act("send it again", [LETTER]),
  "/api/v1/alerting/dead-letters/{id}": { delete: remove("drop it", [LETTER]) },
};

function take(what: string) {
  return {
    ...get(`Alertmanager's ${what}`, "Alertmanager", [], [400, 404]),
    post: change(`take ${what} as Alertmanager does`, "Alertmanager", "Alertmanager"),
  };
}

/** Alertmanager's answers are described by Alertmanager: here only what exists. */
const ALERTMANAGER = {
  ...Object.fromEntries(
    ["status", "receivers", "alerts/groups"].map((route) => [
      `/alertmanager/api/v2/${route}`,
      get(`Alertmanager's ${route}`, "Alertmanager", [], [400, 404]),
    ]),
  ),
  "/alertmanager/api/v2/alerts": take("alerts"),
  "/alertmanager/api/v2/silences": take("silences"),
  "/alertmanager/api/v2/silence/{id}": {
    ...get("Alertmanager's silence", "Alertmanager", [SILENCE], [404]),
    delete: { summary: "end a silence", parameters: [SILENCE], responses: { 200: { description: "it has ended" } } },
  },
  "/alertmanager/-/healthy": get("Alertmanager's health check", "Alertmanager", [], [404]),
  "/alertmanager/-/ready": get("Alertmanager's readiness check", "Alertmanager", [], [404]),
};

export const ALERTS = {
  "/api/v1/alerting/summary": get(
    "how many alerts fire, and what the operator should look at",
    "AlertingSummary",
    [],
    [],
  ),
  "/api/v1/alerting/alerts": get("alerts: pending, firing, and resolved lately", "Alerts", [], [404]),
  "/api/v1/alerting/alerts/{id}": get("an alert, its evidence and who was told", "AlertDetail", [ALERT], [404]),
  "/api/v1/alerting/alerts/{id}/chart": get(
    "the signal of an alert over all its time, where evidence has a chart",
    "AlertChart",
    [ALERT],
    [404],
  ),
  "/api/v1/alerting/alerts/{id}/band": get(
    "what is normal for the alert's signal, hour by hour, as its rule of the kind baseline judges it",
    "NormalBand",
    [
      ALERT,
      query("start", "begin of the time range: milliseconds since 1970 or RFC 3339; by default an hour before now"),
      query("end", "end of the time range, inclusive; by default now"),
      query("step", "milliseconds between values; 1000 values at most", integer(1, 86_400_000, 1000)),
    ],
    [400, 404],
  ),
  "/api/v1/alerting/alerts/{id}/picture": {
    get: {
      summary: "chart and first trace as a picture",
      parameters: [ALERT],
      responses: {
        200: { description: "the picture", content: { "image/png": { schema: { type: "string" } } } },
        ...Object.fromEntries(
          [404, 500, 503].map((status) => [status, { description: ERRORS[status], content: json("Error") }]),
        ),
      },
    },
  },
  "/api/v1/alerting/difference": get(
    "what was different in a stretch of time: the evidence that an alert would carry; nothing is pinned",
    "Difference",
    [
      query("service", "service.name, exactly"),
      query("operation", "span name; absent = all of the service"),
      query("start", "begin of the stretch: milliseconds since 1970 or RFC 3339; by default an hour before now"),
      query("end", "end of the stretch, a second to a day later; by default now"),
      query("about", "any, errors, latency or traffic: what seems wrong in it; absent = any"),
    ],
    [400, 404],
  ),
  "/api/v1/alerting/history": get("alerts that fired in the range, newest first", "AlertHistory", [
    ...DAY,
    query("service", "service.name, exactly"),
    query("limit", "alerts at most", integer(1, 1000, 200)),
  ]),
  "/api/v1/alerting/silences": {
    ...get("silences, active ones first", "Silences", [], [404]),
    post: change("make a silence, or change the one whose id is given", "NewSilence", "Silence", [], 201),
  },
  "/api/v1/alerting/silences/{id}": { delete: remove("end a silence", [SILENCE]) },
  "/api/v1/alerting/slos": get("service level objectives and their error budgets", "Slos", [], [404]),
  ...RULES,
  ...CHANNELS,
  ...ALERTMANAGER,
};
