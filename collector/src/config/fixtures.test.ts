/**
 * The Collector's own configuration files: those that load there load here, those it refuses are refused for the same reason. They lie
 * in the folder named by GOLDSPAN_FIXTURES, else in ../shared/fixtures beside the project; without it the tests are skipped.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { simpleFactories } from "../../test/kit/factories.ts";
import { anyValue } from "../component/any-field.ts";
import type { ConfigIssue } from "../component/config-node.ts";
import { otlpReceiver } from "../receivers/otlp/factory.ts";
import { loadConfig, loadTree } from "./load-config.ts";

const project = resolve(import.meta.dirname, "../../..");
const fixtures = process.env.GOLDSPAN_FIXTURES ?? join(project, "../shared/fixtures");
const folder = join(fixtures, "collector-config");
const factories = [...simpleFactories, otlpReceiver];

/** Files that describe components this build does not have. */
const LACKING: Readonly<Record<string, string>> = {
  "exporters/otlp_grpc-config.yaml": "the otlp_grpc exporter",
  "exporters/otlp_grpc-invalid_configs.yaml": "the otlp_grpc exporter",
  "exporters/otlp_http-config.yaml": "the otlp_http exporter",
};

/** A component's configuration alone -> where it goes in a whole one. */
const WRAPPED: Readonly<Record<string, string>> = {
  otlpreceiver: "receivers::otlp",
  "processors/batch.yaml": "processors::batch",
  "processors/memory_limiter.yaml": "processors::memory_limiter",
};

/** File -> the beginning of the one issue it is refused for; "" = it loads. */
const WHOLE: Readonly<Record<string, string>> = {
  "confmap/config.yaml": "",
  "otelcol/otelcol-nop.yaml": "",
  "otelcol/otelcol-valid-connector-use.yaml": "",
  "otelcol/otelcol-invalid.yaml": 'service.pipelines.traces.processors: processor "invalid" is not configured',
  "otelcol/otelcol-invalid-receiver-type.yaml": 'receivers.nop_logs: this build has no receiver of type "nop_logs"',
  "otelcol/otelcol-invalid-components.yaml":
    'processors.nosuchprocessor: this build has no processor of type "nosuchprocessor"',
  "otelcol/otelcol-cyclic-connector.yaml":
    "service.pipelines.traces/in: the pipelines go in a circle: traces/in -> nop/forward -> traces/in",
  "otelcol/otelcol-invalid-connector-unused-exp.yaml":
    'service.pipelines.logs/in2.receivers: connector "nop/connector1" is a receiver here and no exporter of any pipeline',
  "otelcol/otelcol-invalid-connector-unused-rec.yaml":
    'service.pipelines.logs/in2.exporters: connector "nop/connector1" is an exporter here and no receiver of any pipeline',
  "otlpreceiver/default.yaml": "",
  "otlpreceiver/config.yaml": "",
  "otlpreceiver/only_grpc.yaml": "",
  "otlpreceiver/only_http.yaml": "",
  "otlpreceiver/only_http_empty_map.yaml": "",
  "otlpreceiver/only_http_null.yaml": "",
  "otlpreceiver/uds.yaml": "",
  "otlpreceiver/bad_no_proto_config.yaml": "receivers.otlp.protocols: must specify at least one protocol",
  "otlpreceiver/bad_proto_config.yaml": 'receivers.otlp.protocols.thrift: unknown key "thrift"',
  "otlpreceiver/typo_default_proto_config.yaml":
    'receivers.otlp.protocols.htttp: unknown key "htttp"; did you mean "http"?',
  "otlpreceiver/invalid_traces_path.yaml": "receivers.otlp.protocols.http.traces_url_path: expected a URL path",
  "otlpreceiver/invalid_logs_path.yaml": "receivers.otlp.protocols.http.logs_url_path: expected a URL path",
  "otlpreceiver/invalid_metrics_path.yaml": "receivers.otlp.protocols.http.metrics_url_path: expected a URL path",
  "otlpreceiver/invalid_profiles_path.yaml": "receivers.otlp.protocols.http.profiles_url_path: expected a URL path",
  "processors/batch.yaml": "",
  "processors/memory_limiter.yaml": "",
};

const TEXTS = {
  EXTRA: "some string",
  EXTRA_MAP_VALUE_1: "some map value_1",
  EXTRA_MAP_VALUE_2: "some map value_2",
  EXTRA_LIST_MAP_VALUE_1: "some list map value_1",
  EXTRA_LIST_MAP_VALUE_2: "some list map value_2",
  EXTRA_LIST_VALUE_1: "some list value_1",
  EXTRA_LIST_VALUE_2: "some list value_2",
};
const EXPANDED = {
  test_map: {
    extra: "some string",
    extra_map: { "recv.1": "some map value_1", "recv.2": "some map value_2" },
    extra_list_map: [{ "recv.1": "some list map value_1", "recv.2": "some list map value_2" }],
    extra_list: ["some list value_1", "some list value_2"],
  },
};

/** File -> variables and the values that come of it, as the Collector's tests of confmap have them. */
const VALUES: Readonly<Record<string, { variables?: Record<string, string>; expected: unknown }>> = {
  "basic_types.yaml": {
    expected: {
      "typed.options": {
        "floating.point.example": 3.14,
        "integer.example": 1234n,
        "bool.example": false,
        "string.example": "this is a string",
        "nil.example": null,
      },
    },
  },
  "embedded_keys.yaml": {
    expected: {
      typed: {
        options: {
          floating: { point: { example: 3.14 } },
          integer: { example: 1234n },
          bool: { example: false },
          string: { example: "this is a string" },
          nil: { example: null },
        },
      },
    },
  },
  "expand-with-all-env.yaml": { variables: TEXTS, expected: EXPANDED },
  "expand-with-no-env.yaml": { expected: EXPANDED },
  "expand-with-partial-env.yaml": { variables: TEXTS, expected: EXPANDED },
  "e2e-expand-escaped-env.yaml": {
    variables: {
      ENV_VALUE: "some expanded value",
      ENV_LIST: "['$$ESCAPE_ME','$${ESCAPE_ME}','$${env:ESCAPE_ME}']",
      ENV_MAP: "{'key1':'$$ESCAPE_ME','key2':'$${ESCAPE_ME}','key3':'$${env:ESCAPE_ME}'}",
      ENV_NESTED_DOLLARSIGN: "here is 1 $$",
      ENV_NESTED_DOLLARSIGN_ESCAPED: "here are 2 $$$",
      ENV_EXPAND_NESTED: "${env:ENV_VALUE} came from nested expansion",
    },
    expected: {
      test_map: {
        key1: "$ENV_VALUE",
        key2: "$$ENV_VALUE",
        key3: "$some expanded value",
        key4: "somesome expanded valuetext",
        key5: "some${ENV_VALUE}text",
        key6: "${ONE}${TWO}",
        key7: "text$",
        key8: "$",
        key9: "${1}${env:2}",
        key10: "some${env:ENV_VALUE}text",
        key11: "${env:some expanded value}",
        key12: "${env:${ENV_VALUE}}",
        key13: "env:MAP_VALUE_2}${ENV_VALUE}{",
        key14: "$some expanded value",
        key15: "$ENV_VALUE",
        key16: ["$ESCAPE_ME", "${ESCAPE_ME}", "${env:ESCAPE_ME}"],
        key17: { key1: "$ESCAPE_ME", key2: "${ESCAPE_ME}", key3: "${env:ESCAPE_ME}" },
        key18: "here is 1 $",
        key19: "here are 2 $$",
        key20: "some expanded value came from nested expansion",
        key21: "default_value",
        key22: "${env:UNDEFINED_KEY:-${env:UNDEFINED_KEY}}",
      },
    },
  },
  "e2e-types_expand.yaml": { variables: { ENV: "123" }, expected: { field: 123n } },
  "e2e-types_expand_inline.yaml": {
    variables: { ENV: "0123" },
    expected: { field: "inline field with 0123 expansion" },
  },
  "e2e-types_map.yaml": { variables: { VALUE: "1234" }, expected: { field: { key: 1234n } } },
  "e2e-types_slice.yaml": { variables: { VALUE: "1234" }, expected: { field: [1234n] } },
  "e2e-types_complex.yaml": { variables: { VALUE: "1234" }, expected: { field: [{ key: [1234n] }] } },
  "e2e-subsection_empty_map.yaml": { expected: { field: { key: {} } } },
  "e2e-subsection_null.yaml": { expected: { field: { key: null } } },
  "e2e-subsection_set_but_empty.yaml": { expected: { field: { key: null } } },
  "e2e-subsection_unset.yaml": { expected: { field: null } },
  "e2e-subsection_unset_empty_map.yaml": { expected: { field: {} } },
  // What the Collector tests with it is how Go types take part in decoding; as YAML it is read like any other.
  "scalar.yaml": {
    expected: {
      impl_int: 1n,
      impl_int_null: null,
      impl_non_text_marshaler_struct: {},
      impl_str: "test",
      impl_text_marshaler_struct: "Q",
      non_impl_int: {},
      non_impl_non_text_marshaler_struct: {},
      non_impl_str: {},
      non_impl_text_marshaler_struct: {},
      non_text_marshaler_alias: "test",
      text_marshaler_alias: "test",
      recursive: "P",
    },
  },
};

/** The fixtures' file names carry a prefix that the files' own references to each other do not have. */
function readFile(path: string): string {
  const name = path.replace(/^testdata\//, `${folder}/confmap/e2e-`);
  return readFileSync(existsSync(name) ? name : path, "utf8");
}

function issuesOf(file: string, variables: Record<string, string> = {}): string[] {
  const path = join(folder, file);
  const key = WRAPPED[file] ?? WRAPPED[file.split("/")[0]];
  const text = readFileSync(path, "utf8");
  const indented = text.replace(/^/gm, "  ");
  const rest =
    "exporters: { nop: }\nreceivers: { nop: }\nservice: { pipelines: { traces: { receivers: [nop], exporters: [nop] } } }";
  const configs = key ? [`yaml:${rest}`, `yaml:${key}:\n${indented}`] : [path];
  try {
    loadConfig({ configs }, factories, { variables, readFile });
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim().replace(/^\S+:\d+: /, ""));
  }
}

describe.skipIf(!existsSync(folder))(`the Collector's configurations in ${relative(project, folder)}`, () => {
  test("every file is in one of the tables", () => {
    const all = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    const known = [
      ...Object.keys(WHOLE),
      ...Object.keys(LACKING),
      ...Object.keys(VALUES).map((name) => `confmap/${name}`),
    ];
    const special = ["main", "pipelines"].map((part) => `confmap/e2e-indirect-slice-env-var-${part}.yaml`);
    special.push("confmap/e2e-issue-10787-main.yaml", "confmap/e2e-issue-10787-snippet.yaml");
    expect(all.toSorted()).toEqual([...known, ...special].toSorted());
  });

  test.each(Object.entries(WHOLE))("%s %s", (file, expected) => {
    const issues = issuesOf(file);
    if (expected === "") expect(issues).toEqual([]);
    else expect(issues.map((issue) => issue.slice(0, expected.length))).toContain(expected);
  });

  test.each(Object.entries(VALUES))(
    "confmap/%s has the values the Collector reads",
    (file, { variables = {}, expected }) => {
      const issues: ConfigIssue[] = [];
      const tree = loadTree({ configs: [join(folder, "confmap", file)] }, { variables, readFile }, issues, []);
      expect(issues).toEqual([]);
      expect(anyValue().read(tree, { path: "", issues })).toEqual(expected);
    },
  );

  test("lists in variables inside a file in a variable's folder", () => {
    const variables = { BASE_FOLDER: "testdata", OTEL_LOGS_RECEIVER: "[nop, otlp]", OTEL_LOGS_EXPORTER: "[nop]" };
    const files = ["confmap/e2e-indirect-slice-env-var-main.yaml"];
    // otlp_grpc is the one thing that keeps the file from loading.
    expect(files.flatMap((file) => issuesOf(file, variables))).toEqual([
      'exporters.otlp_grpc: this build has no exporter of type "otlp_grpc"; it has: debug, nop',
    ]);
  });

  test("a comment with a reference in a file that is put in", () => {
    expect(issuesOf("confmap/e2e-issue-10787-main.yaml")).toEqual([]);
  });
});

test.runIf(!existsSync(folder))(`is skipped: there are no fixtures in ${folder}`, () => {
  expect(existsSync(folder)).toBe(false);
});
