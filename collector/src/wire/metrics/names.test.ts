import { describe, expect, it } from "vitest";
import { hasFixtures, NO_FIXTURES, readFixture } from "../../../test/kit/fixtures.ts";
import { labelName, metricName, unitName, type NameKind } from "./names.ts";

const KINDS: Readonly<Record<string, NameKind>> = { gauge: "gauge", monotonic_sum: "counter" };

describe("names of metrics", () => {
  it.skipIf(!hasFixtures)(hasFixtures ? "are what the table of Prometheus' translator says" : NO_FIXTURES, () => {
    const table = JSON.parse(readFixture("otlp-prom/names.json").toString()) as {
      metrics: { otlp_name: string; unit: string; type: string; prom_name: string }[];
      labels: { attr: string; label: string }[];
    };
    for (const { otlp_name, unit, type, prom_name } of table.metrics)
      expect(metricName(otlp_name, unit, KINDS[type] ?? "other"), `${otlp_name} in ${unit}`).toBe(prom_name);
    for (const { attr, label } of table.labels) expect(labelName(attr), attr).toBe(label);
    expect(table.metrics.length).toBeGreaterThan(30);
  });

  const check = (name: string, unit: string, kind: NameKind, expected: string) =>
    it(`makes ${name} in "${unit}" (${kind}) ${expected === "" ? "nothing" : expected}`, () =>
      expect(metricName(name, unit, kind)).toBe(expected));
  check("process.cpu.time", "s", "counter", "process_cpu_time_seconds_total");
  check("jvm.total.count", "", "counter", "jvm_count_total");
  check("io", "By/s", "gauge", "io_bytes_per_second");
  check("io.per.second", "{op}/s", "gauge", "io_per_second_per_second");
  check("constructor", "constructor", "gauge", "constructor");
  check("9lives", "1", "gauge", "_9lives_ratio");
  check("日本", "", "gauge", "");
});

it("names units in words", () => {
  expect(["By/s", "1", "{request}", "ms", "x/y"].map(unitName)).toEqual([
    "bytes_per_second",
    "",
    "",
    "milliseconds",
    "x_per_year",
  ]);
});

it("keeps attribute keys apart from labels that begin with an underscore or a digit", () => {
  expect(["_x", "1x", "a..b", "_"].map(labelName)).toEqual(["key_x", "key_1x", "a_b", "_"]);
});
