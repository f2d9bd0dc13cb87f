/**
 * Keys of the prometheus receiver: `config` holds what prometheus.yml has about scraping
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/). What cannot be honoured is refused by name.
 */
import {
  boolean,
  durationMillis,
  integer,
  list,
  map,
  maybe,
  object,
  required,
  sizeBytes,
  string,
  type ConfigOf,
  type Field,
} from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";
import { refused } from "../../component/refused-field.ts";
import { httpFields } from "./http-config.ts";
import { relabelSteps } from "./relabel-config.ts";

export const PROTOCOLS = ["OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText1.0.0", "PrometheusText0.0.4"];
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Protobuf is passed over where it stands in a list with others. */
const protocols = maybe(
  list(string({ oneOf: ["PrometheusProto", ...PROTOCOLS] }), {
    doc: "forms that are asked for, the best first; PrometheusProto is passed over",
  }),
);

const limits = {
  body_size_limit: maybe(sizeBytes({ doc: "of a target's answer, decompressed; 0 = 64MiB" })),
  sample_limit: maybe(integer({ min: 0, doc: "samples of a scrape after relabelling; 0 = any number" })),
  label_limit: maybe(integer({ min: 0, doc: "labels of a sample; 0 = any number" })),
  label_name_length_limit: maybe(integer({ min: 0, doc: "bytes of a label's name; 0 = any length" })),
  label_value_length_limit: maybe(integer({ min: 0, doc: "bytes of a label's value; 0 = any length" })),
  target_limit: maybe(integer({ min: 0, doc: "targets of a job; 0 = any number" })),
  keep_dropped_targets: maybe(integer({ min: 0, doc: "dropped targets that are shown; 0 = all" })),
};

const classicOnly = "targets are asked for text, which has no native histograms";

const common = {
  scrape_protocols: protocols,
  ...limits,
  metric_name_validation_scheme: maybe(
    string({
      oneOf: ["utf8", "legacy"],
      doc: "what a metric's name may be; legacy refuses others than [a-zA-Z_:][a-zA-Z0-9_:]*",
    }),
  ),
  metric_name_escaping_scheme: ignored("names are asked for and kept as they are"),
  scrape_failure_log_file: ignored("failures are in the collector's log"),
  scrape_native_histograms: ignored(classicOnly),
  always_scrape_classic_histograms: ignored(classicOnly),
  convert_classic_histograms_to_nhcb: refused("turning classic histograms into native ones"),
  extra_scrape_metrics: maybe(
    boolean({ doc: "also scrape_timeout_seconds, scrape_sample_limit, scrape_body_size_bytes" }),
  ),
};

const global = object({
  scrape_interval: durationMillis({ default: "1m", min: "1ms", doc: "from one scrape to the next" }),
  scrape_timeout: maybe(durationMillis({ min: "1ms", doc: "of a scrape; 10s, or the interval where that is shorter" })),
  external_labels: map(string(), { doc: "labels for every series that has none of that name" }),
  evaluation_interval: ignored("there are no rules here"),
  rule_query_offset: ignored("there are no rules here"),
  query_log_file: ignored("there are no queries here"),
  ...common,
});

const staticConfig = object({
  targets: list(
    string({ check: (text) => (/[/\s]/.test(text) || text === "" ? "an address as host:port" : undefined) }),
    {
      doc: "addresses",
    },
  ),
  labels: map(string(), { doc: "labels of all of them" }),
});

const fileSd = object({
  files: list(
    string({
      check: (text) =>
        text === "" || /\.(json|ya?ml)$/.test(text) ? undefined : "a path that ends in .json, .yml or .yaml",
    }),
    { doc: 'paths; the last part may hold *; "" is passed over' },
  ),
  refresh_interval: durationMillis({
    default: "5m",
    min: "1s",
    doc: "they are read again this often, and when they change",
  }),
});

const DISCOVERIES =
  "azure consul digitalocean docker dockerswarm dns ec2 openstack gce hetzner http ionos kubernetes kuma lightsail linode marathon nerve nomad ovhcloud puppetdb scaleway serverset stackit triton uyuni vultr eureka";

const otherDiscoveries = Object.fromEntries(
  DISCOVERIES.split(" ").map((name) => [
    `${name}_sd_configs`,
    refused("this way to find targets", "write file_sd_configs"),
  ]),
) as Readonly<Record<string, Field<undefined>>>;

const scrapeFields = {
  job_name: required(string({ doc: "name of the job, and value of the label job" })),
  scrape_interval: maybe(durationMillis({ min: "1ms", doc: "instead of the global one" })),
  scrape_timeout: maybe(durationMillis({ min: "1ms", doc: "instead of the global one" })),
  metrics_path: string({ default: "/metrics", doc: "path at a target" }),
  scheme: string({ default: "http", oneOf: ["http", "https"], doc: "http or https" }),
  params: map(list(string()), { doc: "parameters of the URL" }),
  honor_labels: boolean({ default: false, doc: "a target's own labels win over job and instance" }),
  honor_timestamps: boolean({ default: true, doc: "take a target's timestamps" }),
  track_timestamps_staleness: boolean({ default: false, doc: "mark series with timestamps of their own as gone, too" }),
  enable_compression: boolean({ default: true, doc: "ask for gzip" }),
  fallback_scrape_protocol: maybe(string({ oneOf: PROTOCOLS, doc: "what an answer is that does not say it" })),
  own_metrics: boolean({ default: false, doc: "this collector is a target, asked within the process" }),
  static_configs: list(staticConfig, { doc: "targets that are known" }),
  file_sd_configs: list(fileSd, { doc: "targets that stand in files" }),
  relabel_configs: relabelSteps,
  metric_relabel_configs: relabelSteps,
  ...common,
  ...httpFields,
};

// Of those keys nothing is left to read, so the type need not know them.
const scrape = object({ ...scrapeFields, ...(otherDiscoveries as object) });

const prometheus = object(
  {
    global,
    scrape_configs: list(scrape, { doc: "jobs" }),
    runtime: ignored("there is no Go runtime here"),
    scrape_config_files: refused("further files with jobs", "write them under scrape_configs"),
    rule_files: refused("rules"),
    alerting: refused("alerting from here"),
    remote_write: refused("sending on from here", "give the pipeline an exporter"),
    remote_read: refused("reading from elsewhere"),
    storage: ignored("extensions.storage keeps the data"),
    otlp: ignored("it is the otlp receiver's"),
    tracing: refused("tracing of its own"),
  },
  {
    check: ({ global: all, scrape_configs }, fail) => {
      const names = new Set<string>();
      for (const { job_name: job, scrape_interval, scrape_timeout } of scrape_configs) {
        if (names.has(job))
          fail("scrape_configs", `the job "${job}" is there twice`, "give each job a name of its own");
        names.add(job);
        const interval = scrape_interval ?? all.scrape_interval;
        if (
          (scrape_timeout ?? all.scrape_timeout ?? 0) > interval &&
          (scrape_timeout !== undefined || scrape_interval === undefined)
        )
          fail("scrape_configs", `the scrape_timeout of job "${job}" is longer than its scrape_interval`);
      }
      for (const name of Object.keys(all.external_labels))
        if (!LABEL_NAME.test(name)) fail("global", `the external label "${name}" is no label name`);
    },
  },
);

export const config = object({
  config: prometheus,
  trim_metric_suffixes: ignored("names are kept as targets write them"),
  use_start_time_metric: ignored("start times are those that targets write"),
  start_time_metric_regex: ignored("start times are those that targets write"),
  report_extra_scrape_metrics: boolean({ default: false, doc: "extra_scrape_metrics for all jobs" }),
  target_allocator: refused("a target allocator"),
  api_server: refused("an API of its own", "the web port has /prometheus/api/v1/targets"),
});

export type Config = ConfigOf<typeof config>;
export type PrometheusConfig = ConfigOf<typeof prometheus>;
export type ScrapeConfig = ConfigOf<typeof scrape>;
