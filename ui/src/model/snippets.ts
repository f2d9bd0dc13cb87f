/**
 * What to set so that a program sends its data here. In: where OTLP is taken; out: for each language or place what to copy. The variables are
 * OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/protocol/exporter/), so nothing here is Goldspan's.
 */
import { isLoopback, type OtlpWay } from "./otlp-ways.ts";

export interface Snippet {
  /** A language, or a place that programs run in. */
  readonly language: string;
  readonly text: string;
}

/** @param way the one to send to: HTTP where there is a choice */
export function otlpSnippets(way: OtlpWay): Snippet[] {
  const shell = variablesOf(way, way.url, "my-service")
    .map(([name, value]) => `export ${name}=${value}`)
    .join("\n");
  const program = (language: string, install: string, run: string): Snippet => ({
    language,
    text: `${install}\n${shell}\n${run}`,
  });
  return [
    program(
      "Node.js",
      "npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node",
      "node --require @opentelemetry/auto-instrumentations-node/register app.js",
    ),
    program(
      "Python",
      "pip install opentelemetry-distro opentelemetry-exporter-otlp\nopentelemetry-bootstrap -a install",
      "export OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true\nopentelemetry-instrument python app.py",
    ),
    program(
      "Java",
      "curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar",
      "java -javaagent:opentelemetry-javaagent.jar -jar app.jar",
    ),
    program(
      "Go",
      "go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/contrib/exporters/autoexport",
      "# in main():\n#   exporter, err := autoexport.NewSpanExporter(ctx)\n#   otel.SetTracerProvider(trace.NewTracerProvider(trace.WithBatcher(exporter)))\ngo run .",
    ),
    program(
      ".NET",
      "curl -sSfLO https://github.com/open-telemetry/opentelemetry-dotnet-instrumentation/releases/latest/download/otel-dotnet-auto-install.sh\nsh ./otel-dotnet-auto-install.sh\n. $HOME/.otel-dotnet-auto/instrument.sh",
      "dotnet run",
    ),
    program(
      "Ruby",
      "bundle add opentelemetry-sdk opentelemetry-exporter-otlp opentelemetry-instrumentation-all",
      '# before the application is loaded:\n#   require "opentelemetry/sdk"\n#   require "opentelemetry/instrumentation/all"\n#   OpenTelemetry::SDK.configure { |config| config.use_all }\nbundle exec ruby app.rb',
    ),
    { language: "Collector", text: collectorConfig(way) },
    { language: "Docker", text: dockerCommand(way) },
    { language: "Kubernetes", text: kubernetesEnvironment(way) },
    { language: "Anything", text: shell },
  ];
}

type Variable = readonly [name: string, value: string];

function variablesOf({ protocol, wantsAuth }: OtlpWay, url: string, service: string): Variable[] {
  return [
    ["OTEL_SERVICE_NAME", service],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", url],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", protocol === "http" ? "http/protobuf" : "grpc"],
    ...(wantsAuth ? [["OTEL_EXPORTER_OTLP_HEADERS", '"Authorization=Bearer%20$TOKEN"'] as const] : []),
    ["OTEL_TRACES_EXPORTER", "otlp"],
    ["OTEL_METRICS_EXPORTER", "otlp"],
    ["OTEL_LOGS_EXPORTER", "otlp"],
  ];
}

/** In the OpenTelemetry Collector's configuration. */
function collectorConfig({ protocol, url, wantsAuth }: OtlpWay): string {
  const exporter = protocol === "http" ? "otlphttp/goldspan" : "otlp/goldspan";
  const isPlain = url.startsWith("http:");
  return [
    "exporters:",
    `  ${exporter}:`,
    `    endpoint: ${url}`,
    ...(isPlain && protocol === "grpc" ? ["    tls: { insecure: true }"] : []),
    ...(wantsAuth ? ['    headers: { Authorization: "Bearer ${env:TOKEN}" }'] : []),
    "service:",
    "  pipelines: # beside what each exports to already",
    ...["traces", "metrics", "logs"].map((signal) => `    ${signal}: { exporters: [${exporter}] }`),
  ].join("\n");
}

/** Inside a container localhost is the container. */
function dockerCommand(way: OtlpWay): string {
  const url = new URL(way.url);
  const local = isLoopback(url.hostname);
  const address = local ? `${url.protocol}//host.docker.internal:${url.port}` : way.url;
  return [
    ...(way.onlyLocal ? ["# Goldspan has to listen beyond localhost: start it with GOLDSPAN_HOST=0.0.0.0"] : []),
    "docker run \\",
    ...(local ? ["  --add-host=host.docker.internal:host-gateway \\"] : []),
    ...variablesOf(way, address, "my-service").map(([name, value]) => `  -e ${name}=${value} \\`),
    "  my-image",
  ].join("\n");
}

/** Of a container; names are those of docker/kubernetes, the host's where this page's is of no use there. */
function kubernetesEnvironment(way: OtlpWay): string {
  const url = new URL(way.url);
  const address = isLoopback(url.hostname) ? `${url.protocol}//goldspan.goldspan.svc:${url.port}` : way.url;
  const plain = variablesOf(way, address, "").filter(([name]) => name !== "OTEL_SERVICE_NAME");
  return [
    "env:",
    "  - name: OTEL_SERVICE_NAME",
    "    valueFrom: { fieldRef: { fieldPath: \"metadata.labels['app.kubernetes.io/name']\" } }",
    ...(way.wantsAuth
      ? ["  - name: TOKEN", "    valueFrom: { secretKeyRef: { name: goldspan-sender, key: otlp-token } }"]
      : []),
    ...plain.flatMap(([name, value]) => [`  - name: ${name}`, `    value: ${value.replace("$TOKEN", "$(TOKEN)")}`]),
  ].join("\n");
}
