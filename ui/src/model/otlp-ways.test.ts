import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WireReceiver } from "goldspan/contract";
import { expect, test } from "vitest";
import { otlpWays } from "./otlp-ways.ts";
import { otlpSnippets } from "./snippets.ts";

const HTTP: WireReceiver = {
  id: "otlp",
  type: "otlp",
  name: "http",
  host: "localhost",
  port: 4318,
  transport: "tcp",
  tls: false,
  wantsAuth: false,
};
const GRPC: WireReceiver = { ...HTTP, name: "grpc", port: 4317 };

function check(receivers: readonly WireReceiver[], pageHost: string, expected: readonly string[]): void {
  const ways = otlpWays({ receivers: [...receivers] }, pageHost);
  expect(ways.map(({ protocol, url, onlyLocal }) => `${protocol} ${url}${onlyLocal ? " local" : ""}`)).toEqual(
    expected,
  );
}

test("addresses are those that the page's reader can use", () => {
  check([GRPC, HTTP], "localhost", ["http http://localhost:4318 local", "grpc http://localhost:4317 local"]);
  check([HTTP], "127.0.0.1", ["http http://127.0.0.1:4318 local"]);
  check([HTTP], "goldspan.example", ["http http://localhost:4318 local"]);
  check([{ ...HTTP, host: "" }], "goldspan.example", ["http http://goldspan.example:4318"]);
  check([{ ...HTTP, host: "0.0.0.0", tls: true }], "goldspan.example", ["http https://goldspan.example:4318"]);
  check([{ ...HTTP, host: "::" }], "[::1]", ["http http://[::1]:4318"]);
  check([{ ...HTTP, host: "10.0.0.1" }], "goldspan.example", ["http http://10.0.0.1:4318"]);
});

test("only what takes OTLP over the network counts, the first of each protocol", () => {
  check(
    [
      { ...HTTP, type: "loki" },
      { ...GRPC, host: "/run/a.sock", port: 0, transport: "unix" },
    ],
    "a",
    [],
  );
  check([HTTP, { ...HTTP, id: "otlp/2", port: 5318 }], "localhost", ["http http://localhost:4318 local"]);
});

function textOf(language: string, receiver: WireReceiver, pageHost = "localhost"): string {
  const [way] = otlpWays({ receivers: [receiver] }, pageHost);
  return otlpSnippets(way).find((snippet) => snippet.language === language)?.text ?? "";
}

test("every language has the endpoint, and the token's place where one is wanted", () => {
  const [way] = otlpWays({ receivers: [{ ...HTTP, host: "", wantsAuth: true }] }, "box.local");
  const snippets = otlpSnippets(way);
  expect(snippets.map(({ language }) => language)).toEqual([
    "Node.js",
    "Python",
    "Java",
    "Go",
    ".NET",
    "Ruby",
    "Collector",
    "Docker",
    "Kubernetes",
    "Anything",
  ]);
  for (const { language, text } of snippets) {
    expect(text, language).toContain("http://box.local:4318");
    expect(text, language).toMatch(/Bearer/);
    expect(text, language).toMatch(/TOKEN/);
  }
  expect(textOf("Python", GRPC)).toContain("OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
  expect(textOf("Collector", GRPC)).toContain("tls: { insecure: true }");
});

test("from within a container this machine has another name", () => {
  expect(textOf("Docker", HTTP)).toMatch(/GOLDSPAN_HOST=0\.0\.0\.0[\s\S]*host\.docker\.internal:4318/);
  expect(textOf("Kubernetes", HTTP)).toContain("value: http://goldspan.goldspan.svc:4318");
  const open = { ...HTTP, host: "0.0.0.0" };
  expect(textOf("Docker", open)).toMatch(/^docker run[\s\S]*=http:\/\/host\.docker\.internal:4318/);
  expect(textOf("Docker", open, "box.local")).not.toMatch(/host\.docker\.internal|GOLDSPAN_HOST/);
  expect(textOf("Kubernetes", open, "box.local")).toContain("value: http://box.local:4318");
});

test("in Kubernetes host and Secret are those of the example", () => {
  const example = readFileSync(join(import.meta.dirname, "../../../docker/kubernetes/example-app.yaml"), "utf8");
  const namesIn = (yaml: string) =>
    [/OTLP_ENDPOINT\s+value: (\S+)/, /secretKeyRef:[\s{]+name: ([\w-]+)/, /key: ([\w-]+)/].map(
      (pattern) => pattern.exec(yaml)?.[1],
    );
  expect(namesIn(example)).toEqual(["http://goldspan.goldspan.svc:4318", "goldspan-sender", "otlp-token"]);
  expect(namesIn(textOf("Kubernetes", { ...HTTP, wantsAuth: true }))).toEqual(namesIn(example));
});
