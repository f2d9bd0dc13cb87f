/** Templates: what Go's text/template with Prometheus' functions prints. The expectations are promtool's. */
import { describe, expect, test } from "vitest";
import { labelsOf } from "../../model/labels.ts";
import { expandTemplate } from "./expand.ts";
import { parseTemplate } from "./parse-template.ts";
import { runTemplate } from "./run-template.ts";
import { GoDuration, GoTime } from "./time.ts";
import { MethodList, Structure, TextMap, textOf, type Value } from "./value.ts";

const SAMPLES = [
  { labels: labelsOf({ __name__: "x", l: "b" }), timestampMillis: 0, value: 1_234_567.891 },
  { labels: labelsOf({ __name__: "x", l: "a" }), timestampMillis: 0, value: 1 },
];

function expand(text: string, value = 1, asked: string[] = []): Promise<string> {
  const labels = new TextMap({ __name__: "x", l: "a", instance: "host.example:9090" });
  const fields = {
    Labels: labels,
    ExternalLabels: new TextMap({ region: "eu" }),
    ExternalURL: "https://g.example/p",
    Value: value,
  };
  return expandTemplate(text, {
    name: "t",
    data: new Structure("struct", fields),
    variables: { $labels: labels, $value: value },
    externalUrl: "https://g.example/p",
    nowMillis: 1_643_114_203_500,
    query: async (query) => {
      asked.push(query);
      if (query === "bad") throw new Error("1:1: parse error");
      return query === "none" ? [] : SAMPLES;
    },
  });
}

describe("prints as Go does", () => {
  test.each([
    ["plain }} text", "plain }} text"],
    ["{{ $labels.l }}{{ .Labels.l }}{{ $.Labels.l }}", "aaa"],
    ["[{{ $labels.nope }}] {{ (args 1 2).arg7 }}", "[] <no value>"],
    ["{{ $labels }}", "map[__name__:x instance:host.example:9090 l:a]"],
    ["a  {{- 1 -}}   b {{/* c */}} d {{- /* e */ -}} f", "a1b  df"],
    ["{{ $a := 1 }}{{ if true }}{{ $a = 2 }}{{ $b := 3 }}{{ $b }}{{ end }}{{ $a }}", "32"],
    ["{{ if gt $value 5.0 }}big{{ else if eq $value 1.0 }}one{{ else }}small{{ end }}", "one"],
    ['{{ eq "a" "b" "a" }} {{ and 0 1 }} {{ or "" "x" }} {{ not true }} {{ len "añb" }}', "true 0 x false 4"],
    ["{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", "__name__=x;instance=host.example:9090;l=a;"],
    ['{{ range query "none" }}x{{ else }}none{{ end }}', "none"],
    ['{{ range $i, $e := query "x" }}{{ if eq $i 1 }}{{ break }}{{ end }}{{ $e.Value }}{{ end }}', "1.234567891e+06"],
    ['{{ range query "x" }}{{ if eq .Labels.l "b" }}{{ continue }}{{ end }}{{ .Value }}{{ end }}', "1"],
    ['{{ with query "none" }}yes{{ else }}no{{ end }}', "no"],
    ['{{ define "t2" }}<{{ . }}>{{ end }}{{ template "t2" "q" }}{{ block "u" 3 }}[{{ . }}]{{ end }}', "<q>[3]"],
    [
      `{{ 0x10 }} {{ 1e3 }} {{ 'a' }} {{ 1_000 }} {{ -5 }} {{ 1.50 }} {{ "\\u00e9\\t|" }} {{ \`r"\` }}`,
      '16 1000 97 1000 -5 1.5 é\t| r"',
    ],
    ['{{ index $labels "l" }} {{ slice "hello" 1 3 }} {{ print 1 2 "x" "y" 3 }}', "a el 1 2xy3"],
    [`{{ html "<a>" }} {{ urlquery "a b&" }} {{ js "it's" }}`, "&lt;a&gt; a+b%26 it\\'s"],
    [
      '{{ printf "%.2f %5d|%-5s|%q %v %t %g %e %x" 2.675 3 "a" "b" 1.5 true 1e21 123.0 255 }}',
      '2.67     3|a    |"b" 1.5 true 1e+21 1.230000e+02 ff',
    ],
    ['{{ printf "%s %d %d" 1 1.5 }}', "%!s(int=1) %!d(float64=1.5) %!d(MISSING)"],
    ['{{ printf "%05.1f|%+d|%x|%c|%%|%T" -2.25 3 "hi" 65 "" }}', "-02.2|+3|6869|A|%|string"],
    ['{{ printf "a" 1 }}', "a%!(EXTRA int=1)"],
    ['{{ "x" | printf "%s-%s" "y" }}', "y-x"],
  ])("%s", async (text, expected) => {
    expect(await expand(text)).toBe(expected);
  });
});

describe("has Prometheus' functions", () => {
  test.each([
    [
      "{{ humanize 1234567.891 }} {{ humanize 0.0000123 }} {{ humanize 1048576 }} {{ humanize 0.0 }}",
      "1.235M 12.3u 1.049M 0",
    ],
    ["{{ humanize1024 1048576 }} {{ humanize1024 1234567.891 }} {{ humanize1024 0.5 }}", "1Mi 1.177Mi 0.5"],
    [
      "{{ humanizeDuration 135.3563 }} {{ humanizeDuration 1234567 }} {{ humanizeDuration 0.0123 }} {{ humanizeDuration -3 }}",
      "2m 15s 14d 6h 56m 7s 12.3ms -3s",
    ],
    ['{{ humanizePercentage 0.959 }} {{ humanizePercentage "0.00123" }} {{ "nan" | humanize }}', "95.9% 0.123% NaN"],
    [
      "{{ humanizeTimestamp 1643114203 }} {{ humanizeTimestamp 1234567.891 }}",
      "2022-01-25 12:36:43 +0000 UTC 1970-01-15 06:56:07.891 +0000 UTC",
    ],
    [
      '{{ (toTime 1643114203).Format "2006-01-02" }} {{ (1 | toTime).Year }} {{ now }}',
      "2022-01-25 1970 1.6431142035e+09",
    ],
    ["{{ toDuration 3723.5 }} {{ (toDuration 90).Minutes }}", "1h2m3.5s 1.5"],
    ['{{ title "this part_a it\'s" }} {{ toUpper "aé" }} {{ toLower "THE" }}', "This Part_a It's AÉ the"],
    ['{{ stripPort "[::1]:6006" }} {{ stripPort "127.0.0.1:4004" }} {{ stripPort "plain" }}', "::1 127.0.0.1 plain"],
    [
      '{{ stripDomain "host.example:9090" }} {{ stripDomain "10.0.0.1:80" }} {{ stripDomain "a.b.c" }}',
      "host:9090 10.0.0.1:80 a",
    ],
    [
      '{{ match "[0-9]+" "a1" }} {{ match "[0-9]+$" "1a" }} {{ reReplaceAll "(a)(b)" "$2-${1}x" "abab" }}',
      "true false b-axb-ax",
    ],
    [
      '{{ reReplaceAll "r.*d" "replaced" "rpld text" }} {{ reReplaceAll "x*" "-" "axb" }} {{ reReplaceAll "(a+)+$" "$$" "aaab" }}',
      "replaced text -a-b- aaab",
    ],
    ['{{ parseDuration "2h10m15s" }} {{ urlQueryEscape "a b/(c)" }} {{ safeHtml "<b>" }}', "7815 a+b%2F%28c%29 <b>"],
    [
      '{{ graphLink "up == 0" }} {{ tableLink "up" }} {{ externalURL }} {{ pathPrefix }}',
      "/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=up&g0.tab=1 https://g.example/p /p",
    ],
    [
      '{{ with query "x" }}{{ . | sortByLabel "l" | first | label "l" }} {{ . | first | value | humanize }}{{ end }}',
      "a 1.235M",
    ],
    ['{{ query "x" | len }}{{ strvalue (query "x" | first) }}', "2"],
  ])("%s", async (text, expected) => {
    expect(await expand(text)).toBe(expected);
  });

  test("a query is asked once a text, and none is where the template doesn't come to it", async () => {
    const asked: string[] = [];
    expect(
      await expand('{{ if false }}{{ query "y" }}{{ end }}{{ query "x" | len }}{{ query "x" | len }}', 1, asked),
    ).toBe("22");
    expect(asked).toEqual(["x"]);
  });
});

describe("says what is wrong, and where", () => {
  test.each([
    ["{{ $label.foo }}", 'template: t:1: undefined variable "$label"'],
    ["\n{{ nope 1 }}", 'template: t:2: function "nope" not defined'],
    ["{{ if true }}x", "template: t:1: unexpected EOF"],
    ["{{ end }}", "template: t:1: unexpected {{end}}"],
    ["{{ 1 ", "template: t:1: unclosed action"],
    ["{{ }}", "template: t:1: missing value for command"],
    ['{{ "a }}', "template: t:1: unterminated quoted string"],
    ["{{/* x }}", "template: t:1: unclosed comment"],
    ["{{ 1 | 2 }}", "template: t:1: non executable command in pipeline stage 2"],
    ["{{ break }}", "template: t:1: {{break}} outside {{range}}"],
    ["{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", 'template: t:1: undefined variable "$x"'],
    ["{{ ( 1 }}", "template: t:1: unclosed left paren"],
    [
      "{{ gt $value 5 }}",
      'template: t:1:3: executing "t" at <gt $value 5>: error calling gt: incompatible types for comparison',
    ],
    ["{{ .Foo }}", `template: t:1:3: executing "t" at <.Foo>: can't evaluate field Foo in type struct`],
    ['{{ query "bad" }}', 'template: t:1:3: executing "t" at <query "bad">: error calling query: 1:1: parse error'],
    [
      '{{ first (query "none") }}',
      'executing "t" at <first (query "none")>: error calling first: first() called on vector with no elements',
    ],
    ["{{ nil }}", 'template: t:1:3: executing "t" at <nil>: nil is not a command'],
    ['{{ template "none" }}', 'template "none" not defined'],
    ['{{ match "(" "x" }}', "error calling match: missing closing )"],
    ["{{ humanizeTimestamp 1e21 }}", "1e+21 cannot be represented as a nanoseconds timestamp since it overflows int64"],
    ["{{ humanize 1 2 }}", "wrong number of args for humanize: want 1 got 2"],
    ["{{ 1 2 }}", "can't give argument to non-function 1"],
  ])("%s", async (text, expected) => {
    await expect(expand(text)).rejects.toThrow(expected);
    await expect(expand(text)).rejects.toMatchObject({ name: "TemplateError" });
  });
});

describe("is bounded and reaches nothing else", () => {
  test.each([
    ['{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', "exceeded maximum template depth"],
    [
      '{{ define "a" }}{{ . }}{{ . }}{{ . }}{{ . }}{{ end }}{{ template "a" (printf "%1000000d" 1) }}',
      "width or precision beyond",
    ],
    [
      `{{ range query "x" }}${"{{ range query `x` }}".repeat(20)}1${"{{ end }}".repeat(20)}{{ end }}`,
      "more than 200000 steps",
    ],
    [
      `{{ $x := "${"y".repeat(1000)}" }}${'{{ $x = printf "%s%s%s" $x $x $x }}'.repeat(7)}{{ $x }}`,
      "longer than 1048576 characters",
    ],
    ["{{ if 1 }}".repeat(150) + "{{ end }}".repeat(150), "nested too deeply"],
    ["{{ " + "(".repeat(150) + "1" + ")".repeat(150) + " }}", "nested too deeply"],
    [Array.from({ length: 21 }, (_, i) => `{{ query "x${i}" | len }}`).join(""), "more than 20 queries"],
    ["{{ .constructor }}", "can't evaluate field constructor"],
    ['{{ "a".length }}', 'unexpected ".length" in operand'],
    ["{{ $value.toString }}", "can't evaluate field toString in type float64"],
    ["{{ constructor }}", 'function "constructor" not defined'],
  ])("%s", async (text, expected) => {
    await expect(expand(text)).rejects.toThrow(expected);
  });

  test("names of JavaScript's own are labels like any others", async () => {
    expect(await expand("[{{ $labels.constructor }}{{ $labels.__proto__ }}{{ .Labels.toString }}]")).toBe("[]");
  });

  test.each([
    ['{{ $x = printf "%s%s" $x $x }}', "longer than 1048576 characters"],
    ["{{ $x = print $x $x }}", "longer than 1048576 characters"],
    ["{{ $x = println $x $x }}", "longer than 1048576 characters"],
    ["{{ $x = html $x $x }}", "longer than 1048576 characters"],
    ["{{ $x = args $x $x }}", "too large to print"],
    ['{{ $x = reReplaceAll "." "$0$0" $x }}', "longer than 1048576 characters"],
  ])("a variable that doubles ends early: %s", async (step, expected) => {
    await expect(expand(`{{ $x := "yyyyyyyyyy" }}${step.repeat(60)}{{ $x }}`)).rejects.toThrow(expected);
  });

  test("long texts made over and over take steps", async () => {
    const text = `{{ $x := printf "%1000d%1000d%1000d%1000d" 1 2 3 4 }}${"{{ $y := print $x }}".repeat(4000)}`;
    await expect(expand(text)).rejects.toThrow("more than 200000 steps");
  });
});

describe("times and durations", () => {
  const run = (text: string, data: Value) =>
    runTemplate(parseTemplate(text, { name: "t", functions: {} }), "t", data, { functions: {} });

  test("are Go's, zero time and times before 1970 too", () => {
    const at = GoTime.ofMillis(Date.parse("2024-02-29T12:30:45.25Z"));
    const before = GoTime.ofMillis(Date.parse("1969-12-31T23:59:59Z"));
    const zero = GoTime.ofMillis(Date.parse("0001-01-01T00:00:00Z"));
    const data = new Structure("d", { at, before, zero });
    expect(run('{{ .at }} {{ .at.Weekday }} {{ .at.Month }} {{ .at.Unix }} {{ .at.Format "15:04 Jan 2" }}', data)).toBe(
      "2024-02-29 12:30:45.25 +0000 UTC Thursday February 1709209845 12:30 Feb 29",
    );
    expect(run("{{ .before }} {{ .zero.IsZero }} {{ .zero.Year }} {{ .at.After .before }}", data)).toBe(
      "1969-12-31 23:59:59 +0000 UTC true 1 true",
    );
    expect(run("{{ .zero }}", data)).toBe("0001-01-01 00:00:00 +0000 UTC");
    expect(run("{{ .at.Sub .at }}", data)).toBe("0s");
    expect(run("{{ . }} {{ .Seconds }}", new GoDuration(1_500_000n))).toBe("1.5ms 0.0015");
  });
});

describe("other sets of functions and data with methods", () => {
  const functions = { join: { least: 2, run: (by: Value, list: Value) => (list as string[]).join(textOf(by)) } };
  const run = (text: string, data: Value) =>
    runTemplate(parseTemplate(text, { name: "n", functions }), "n", data, { functions });
  const alert = (status: string, labels: Record<string, string>) => {
    const names = Object.keys(labels).sort();
    const pairs = MethodList.with(
      names.map((Name) => new Structure("Pair", { Name, Value: labels[Name] })),
      { Names: () => names, Values: () => names.map((name) => labels[name]) },
    );
    const Labels = new TextMap(labels, {
      SortedPairs: () => pairs,
      Get: (name) => labels[textOf(name)] ?? "",
    });
    return new Structure("Alert", { Status: status, Labels });
  };
  const all = [alert("firing", { b: "2", a: "1" }), alert("resolved", { c: "3" })];
  const data = new Structure("Data", {
    Alerts: MethodList.with(all, { Firing: () => all.slice(0, 1), Resolved: () => all.slice(1) }),
  });

  test("work as Alertmanager's templates need it", () => {
    expect(run("{{ .Alerts | len }} {{ .Alerts.Firing | len }}", data)).toBe("2 1");
    expect(run('{{ range .Alerts }}{{ .Labels.SortedPairs.Values | join "," }};{{ end }}', data)).toBe("1,2;3;");
    expect(
      run("{{ with index .Alerts 0 }}{{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}{{ end }}", data),
    ).toBe("a=1 b=2 ");
    expect(run('{{ range .Alerts.Resolved }}{{ .Labels.Get "c" }}{{ .Labels.c }}{{ .Status }}{{ end }}', data)).toBe(
      "33resolved",
    );
  });

  test("leave Prometheus' functions out", () => {
    expect(() => run("{{ humanize 1 }}", data)).toThrow('function "humanize" not defined');
    expect(() => run("{{ .Alerts.map }}", data)).toThrow("can't evaluate field map in type []interface {}");
  });
});
