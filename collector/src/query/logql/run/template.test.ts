import { describe, expect, it } from "vitest";
import { LimitError, runWithin } from "../../../base/work-scope.ts";
import { Entry } from "./entry.ts";
import { compileLogPattern } from "./log-pattern.ts";
import { compileTemplate, TemplateError } from "./template.ts";

describe("templates", () => {
  const entry = new Entry();
  const run = (template: string) => {
    const stream = ["app", "shop", "code", "404", "empty_not", "", "path", "/a b/ü", "size", "2KB", "took", "1.5s"];
    entry.reset("the line", 1_700_000_000_123_456_789n, stream, () => []);
    return compileTemplate(template)(entry);
  };
  const check = (template: string, expected: string) => expect(run(template), template).toBe(expected);

  it("make no text of more than 1 MiB, not even on the way, and stop when the work has to", () => {
    const growing = `{{ .app ${'| replace "o" "oooooooooo" '.repeat(30)} | len }}`;
    const started = process.cpuUsage();
    expect(run(growing)).toBeUndefined();
    expect(entry.get("__error__")).toBe("TemplateFormatErr");
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
    const check = () => {
      throw new LimitError("time", "it is over");
    };
    expect(() => runWithin({ check }, () => run("{{ .app }}"))).toThrow("it is over");
  });

  it("replace by expressions where they match, each once", () => {
    check('{{ regexReplaceAll "^h" "hhh" "-" }}', "-hh");
    check('{{ regexReplaceAll "x*" "axb" "-" }}', "-a-b-");
    check('{{ regexReplaceAll "x*" "😀b" "-" }}', "-😀-b-");
    check('{{ regexReplaceAll "(?P<n>[0-9]+)" .code "<$n>" }}', "<404>");
  });

  it("put labels and functions of them into texts", () => {
    check("plain", "plain");
    check("{{.app}}-{{ .nothing }}-{{.code}}", "shop--404");
    check("{{ .app | upper | printf `%s!` }} {{ ToLower `ABC` }} {{ title `a bc` }}", "SHOP! abc A Bc");
    check("a {{- .app -}}  b", "ashopb");
    check("{{/* a comment */}}x", "x");
    check(
      '{{ trunc 2 .app }} {{ trunc -2 .app }} {{ substr 1 3 .app }} {{ .path | replace "/" "_" }}',
      "sh op ho _a b_ü",
    );
    check(
      '{{ Replace .app "o" "0" 1 }} {{ trimPrefix "s" .app }} {{ TrimSuffix .app "p" }} {{ trimAll "sp" .app }}',
      "sh0p hop sho ho",
    );
    check(
      '{{ Trim "xxaxx" "x" }} {{ repeat 3 "ab" }} {{ alignLeft 6 .app }}| {{ alignRight 2 .app }}',
      "a ababab shop  | op",
    );
    check(
      '{{ contains "ho" .app }} {{ hasPrefix "s" .app }} {{ hasSuffix "s" .app }} {{ len .app }}',
      "true true false 4",
    );
    check(
      '{{ regexReplaceAll "(\\\\d)(\\\\d)" .code "${2}-$1" }} {{ regexReplaceAllLiteral "4" .code "$1" }} {{ count "4" .code }}',
      "0-44 $10$1 2",
    );
    check(
      '{{ b64enc .app }} {{ b64dec "c2hvcA==" }} {{ urlencode .path }} {{ urldecode "a%20b+c" }}',
      "c2hvcA== shop %2Fa+b%2F%C3%BC a b c",
    );
    check(
      "{{ add 1 .code 2 }} {{ sub 5 2 }} {{ mul 2 3 4 }} {{ div 7 2 }} {{ mod 7 4 }} {{ addf 0.5 0.25 }} {{ max 1 5 3 }} {{ minf 1.5 0.5 }}",
      "407 3 24 3 3 0.75 5 0.5",
    );
    check(
      '{{ ceil 1.2 }} {{ floor 1.8 }} {{ round 1.256 2 }} {{ int "42" }} {{ duration .took }} {{ bytes .size }}',
      "2 1 1.26 42 1.5 2000",
    );
    check('{{ printf "%05d|%-6s|%6.2f|%q|%%|%x" 42 .app 3.14159 .app 255 }}', '00042|shop  |  3.14|"shop"|%|ff');
    check('{{ default "none" .nothing }} {{ default "none" .app }}', "none shop");
    check(
      '{{ __line__ }} {{ __timestamp__ }} {{ __timestamp__ | date "Jan _2 15:04:05.000 2006" }}',
      "the line 2023-11-14T22:13:20.123456789Z Nov 14 22:13:20.123 2023",
    );
    check(
      '{{ unixEpoch __timestamp__ }} {{ __timestamp__ | unixEpochMillis }} {{ unixToTime "1700000000" | date "02/01/06" }}',
      "1700000000 1700000000123 14/11/23",
    );
    check("{{ indent 2 `a` }}|{{ (printf `%s` (upper .app)) | lower }}", "  a|shop");
  });

  it("choose by conditions", () => {
    check('{{ if eq .code "404" }}gone{{ else }}there{{ end }}', "gone");
    check(
      '{{ if and .app (ne .code "200") }}1{{ end }}{{ if not .nothing }}2{{ end }}{{ if or .nothing .app }}3{{end}}',
      "123",
    );
    check("{{ if gt .code 500 }}a{{ else if ge .code 404 }}b{{ else }}c{{ end }}", "b");
    check("{{ if .nothing }}a{{ else }}{{ if lt 1 2 }}b{{ end }}{{ end }}", "b");
  });

  it("are refused with the place, and fail for a record without harm", () => {
    const refused = (template: string, message: RegExp) =>
      expect(() => compileTemplate(template), template).toThrow(message);
    refused("{{ .a", /unclosed action/);
    refused("{{ if .a }}x", /without \{\{end\}\}/);
    refused("{{ end }}", /unexpected \{\{end\}\}/);
    refused("{{ lower }}", /wrong number of args for lower: want 1 got 0/);
    refused("{{ .a | .b }}", /only a function/);
    refused("{{ constructor .a }}", /function "constructor" not defined/);
    refused("{{ template `x` }}", /template is not supported/);
    refused("{{ $x := .a }}", /unexpected/);
    expect(() => compileTemplate("ab {{ nope }}")).toThrow(expect.objectContaining({ position: 6 }));
    expect(() => compileTemplate("{{ nope }}")).toThrow(TemplateError);
    for (const template of [
      "{{ mod 1 0 }}",
      '{{ repeat 99999 "x" }}',
      '{{ urldecode "%" }}',
      '{{ regexReplaceAll "(" .app "" }}',
    ]) {
      expect(run(template), template).toBeUndefined();
      expect(entry.get("__error__")).toBe("TemplateFormatErr");
    }
  });
});

describe("patterns", () => {
  it("take parts out of lines", () => {
    const check = (pattern: string, line: string, ...expected: string[]) =>
      expect(compileLogPattern(pattern, "parser").extract(line), `${pattern} on ${line}`).toEqual(expected);
    check("<a> - <_> [<b>]", "x - y [z]", "a", "x", "b", "z");
    check("in <a> s", "in 5 s", "a", "5");
    check("<a>|<b>", "only", "a", "only");
    check("<a> <b>", "x ", "a", "x", "b", "");
    expect(compileLogPattern("in <a>", "parser").extract("at 5")).toBeUndefined();
  });

  it("tell lines of their shape", () => {
    const check = (pattern: string, line: string, expected: boolean) =>
      expect(compileLogPattern(pattern, "filter").test(line), `${pattern} on ${line}`).toBe(expected);
    check("foo <_> baz", "foo bar baz", true);
    check("<_> bar", "foo bar baz", false);
    check("<_> baz", "foo bar baz", true);
    check("foo <_>", "foo ", false);
    check("<_>bar<_>", " bar ", true);
    check("<_> bar <_>", " bar ", false);
    check("foo", "foo", true);
    check("foo", "foo bar", false);
    check("<_>", "x", true);
    check("<_>", "", false);
  });
});
