/** Templates of notifications: Alertmanager's data, its methods and its functions. */
import { expect, test } from "vitest";
import { alertmanagerFunctions, notificationData, type TemplateNotification } from "./alertmanager-functions.ts";
import { parseTemplate } from "./parse-template.ts";
import { runTemplate } from "./run-template.ts";

const START = Date.parse("2024-07-01T10:00:00Z");
const common = { generatorURL: "http://g", fingerprint: "00ff", startsAt: START };
const NOTIFICATION: TemplateNotification = {
  receiver: "team",
  groupLabels: { alertname: "Down" },
  commonLabels: { alertname: "Down", z: "1", job: "api" },
  commonAnnotations: {},
  externalURL: "http://am",
  alerts: [
    {
      ...common,
      labels: { alertname: "Down", instance: "a" },
      annotations: { s: "x" },
      isResolved: false,
      endsAt: undefined,
    },
    {
      ...common,
      labels: { alertname: "Down", instance: "b" },
      annotations: {},
      isResolved: true,
      endsAt: START + 90_000,
    },
  ],
};

function run(text: string): string {
  const functions = alertmanagerFunctions(START + 3_723_500);
  return runTemplate(parseTemplate(text, { name: "n", functions }), "n", notificationData(NOTIFICATION), { functions });
}

test.each([
  ["{{ .Receiver }} {{ .Status | toUpper }} {{ .ExternalURL }}", "team FIRING http://am"],
  ["{{ .Alerts | len }} {{ .Alerts.Firing | len }} {{ .Alerts.Resolved | len }}", "2 1 1"],
  [
    "{{ range .Alerts.Firing }}{{ .Status }} {{ .Labels.instance }} {{ .Annotations.s }}{{ .Annotations.none }}{{ end }}",
    "firing a x",
  ],
  [
    '{{ .CommonLabels.SortedPairs.Values | join " " }} {{ .CommonLabels.Names | join "," }}',
    "Down api 1 alertname,job,z",
  ],
  ["{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}", "alertname=Down;job=api;z=1;"],
  ['{{ (.CommonLabels.Remove .GroupLabels.Names).Values | join " " }}', "api 1"],
  ['{{ (.CommonLabels.Remove (stringSlice "z" "job")).SortedPairs.String }}', "alertname=Down"],
  ["{{ if gt (len .Alerts.Resolved) (len .GroupLabels) }}more{{ else }}no{{ end }}", "no"],
  [
    "{{ with index .Alerts 0 }}{{ .StartsAt }} {{ .EndsAt.IsZero }} {{ .Fingerprint }}{{ end }}",
    "2024-07-01 10:00:00 +0000 UTC true 00ff",
  ],
  ['{{ (index .Alerts 1).EndsAt | date "15:04:05 MST" }}', "10:01:30 UTC"],
  [
    '{{ (index .Alerts 0).StartsAt | tz "Europe/Paris" | date "2006-01-02 15:04 -0700 Z07:00" }}',
    "2024-07-01 12:00 +0200 +02:00",
  ],
  ['{{ ((index .Alerts 0).StartsAt | tz "America/New_York").Hour }}', "6"],
  [
    "{{ since (index .Alerts 0).StartsAt }} {{ since (index .Alerts 0).StartsAt | humanizeDuration }}",
    "1h2m3.5s 1h 2m 3s",
  ],
  [
    '{{ reReplaceAll "a(.)" "<$1>" "abac" }} {{ match "^a" "ba" }} {{ title "a b" }} {{ trimSpace " x " }}',
    "<b><c> false A B x",
  ],
  ['{{ safeHtml "<" }}{{ safeUrl "a b" }} {{ urlUnescape "a%20b+c" }}', "<a b a b c"],
  [
    "{{ .GroupLabels | toJson }} {{ (index .Alerts 1).EndsAt | toJson }}",
    '{"alertname":"Down"} "2024-07-01T10:01:30Z"',
  ],
])("%s", (text, expected) => {
  expect(run(text)).toBe(expected);
});

test("what is wrong is said", () => {
  expect(() => run('{{ query "up" }}')).toThrow('function "query" not defined');
  expect(() => run('{{ (index .Alerts 0).StartsAt | tz "Mars/Base" }}')).toThrow("unknown time zone Mars/Base");
  expect(() => run('{{ join "," 1 }}')).toThrow("error calling join: wrong type for value; expected []string; got int");
  expect(() => run('{{ urlUnescape "%zz" }}')).toThrow("invalid URL escape");
});
