import { describe, expect, it } from "vitest";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { config } from "./config.ts";
import { TargetResolver, type TargetGroup } from "./target.ts";

function resolve(yaml: string, groups: TargetGroup[] = [{ targets: ["a:1", "b:2"], labels: { env: "x" } }]) {
  const [job] = readConfig(config, `config: { scrape_configs: [{ job_name: j, ${yaml} }] }`).config.scrape_configs;
  return new TargetResolver(job, 60_000, 10_000).resolve(groups);
}

describe("targets", () => {
  it("have job and instance, and what their group gives them", () => {
    const { targets, dropped } = resolve("metrics_path: /m, params: { x: ['1', '2'], y: ['ü'] }");
    expect(targets).toHaveLength(2);
    expect(targets[0]).toMatchObject({
      labels: { env: "x", instance: "a:1", job: "j" },
      url: "http://a:1/m?x=1&x=2&y=%C3%BC".replace("x=1&x=2", "x=2&x=1"),
      intervalMillis: 60_000,
      timeoutMillis: 10_000,
      discoveredLabels: {
        __address__: "a:1",
        __metrics_path__: "/m",
        __scheme__: "http",
        __scrape_interval__: "1m",
        __scrape_timeout__: "10s",
        __param_x: "1",
        job: "j",
        env: "x",
      },
    });
    expect(dropped).toEqual([]);
  });

  it("are changed and dropped by relabelling", () => {
    const { targets, dropped } = resolve(`relabel_configs: [
      { source_labels: [__address__], regex: 'b.*', action: drop },
      { source_labels: [__address__], regex: '(.*):.*', target_label: instance },
      { target_label: __scheme__, replacement: https },
      { target_label: __scrape_interval__, replacement: 1m30s },
      { target_label: __param_module, replacement: http } ]`);
    expect(targets.map(({ url, labels, intervalMillis }) => [url, labels.instance, intervalMillis])).toEqual([
      ["https://a:1/metrics?module=http", "a", 90_000],
    ]);
    expect(dropped.map(({ __address__ }) => __address__)).toEqual(["b:2"]);
  });

  it("that are the same count once, and those that cannot be scraped are named", () => {
    const twice = { targets: ["a:1"], labels: {} };
    expect(resolve("", [twice, twice]).targets).toHaveLength(1);
    const check = (step: string, message: RegExp) => {
      const { targets, errors } = resolve(`relabel_configs: [{ ${step} }]`, [twice]);
      expect([targets, errors]).toEqual([[], [expect.stringMatching(message)]]);
    };
    check("target_label: __address__, replacement: ''", /cannot scrape a:1: no address is left/);
    check("target_label: __address__, replacement: 'a/b'", /"a\/b" is no address/);
    check("target_label: __scrape_timeout__, replacement: '2m'", /longer than its __scrape_interval__/);
    check("target_label: __scrape_interval__, replacement: 'often'", /no duration/);
    check("target_label: __address__, replacement: 'a:99999'", /no URL/);
    check("target_label: __address__, replacement: 'me:hush@a:1'", /write basic_auth/);
  });

  it("show no password", () => {
    const { targets, dropped, errors } = resolve("", [{ targets: ["me:hush@a:1"], labels: {} }]);
    expect(targets).toEqual([]);
    expect(errors).toEqual([expect.stringContaining("cannot scrape …@a:1: an address holds no user")]);
    expect(JSON.stringify(dropped)).not.toContain("hush");
  });
});

describe("the configuration", () => {
  const fails = (yaml: string, ...messages: RegExp[]) =>
    expect(tryConfig(config, yaml).issues).toEqual(messages.map((message) => expect.stringMatching(message)));

  it("is Prometheus', and what is not honoured is named", () => {
    fails(
      "config: { scrape_configs: [{ job_name: a, kubernetes_sd_configs: [{ role: pod }] }] }",
      /kubernetes_sd_configs.*is not supported: this way to find targets.*write file_sd_configs/,
    );
    fails("config: { scrape_configs: [{ job_name: a, oauth2: { client_id: x } }] }", /oauth2.*is not supported/);
    fails("config: { rule_files: [x] }", /rule_files.*is not supported: rules/);
    fails(
      "config: { scrape_configs: [{ job_name: a, scrape_intervall: 5s }] }",
      /unknown key "scrape_intervall".*did you mean "scrape_interval"/,
    );
    fails("config: { scrape_configs: [{}] }", /job_name.*a value is required/);
    fails("config: { scrape_configs: [{ job_name: a }, { job_name: a }] }", /the job "a" is there twice/);
    fails(
      "config: { scrape_configs: [{ job_name: a, scrape_interval: 5s, scrape_timeout: 6s }] }",
      /longer than its scrape_interval/,
    );
    fails(
      "config: { scrape_configs: [{ job_name: a, static_configs: [{ targets: ['http://x/'] }] }] }",
      /expected an address as host:port/,
    );
    fails(
      "config: { scrape_configs: [{ job_name: a, file_sd_configs: [{ files: [x.txt] }] }] }",
      /ends in .json, .yml or .yaml/,
    );
    fails("config: { global: { external_labels: { 'a-b': x } } }", /no label name/);
  });

  it("takes durations of days and weeks, empty file names, and tells what has no effect", () => {
    const { value, issues, warnings } = tryConfig(
      config,
      "{ config: { global: { scrape_interval: 1w, evaluation_interval: 1m }, scrape_configs: [{ job_name: a, scrape_protocols: [PrometheusProto, PrometheusText0.0.4], file_sd_configs: [{ files: [''] }] }] }, trim_metric_suffixes: true }",
    );
    expect([value.config.global.scrape_interval, issues, warnings.length]).toEqual([604_800_000, [], 2]);
  });
});
