/**
 * What to set so that a program sends its data here. In: host and ports; out: for each language the commands to copy. The variables
 * are OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/protocol/exporter/), so nothing here is Goldspan's.
 */
export interface Snippet {
  readonly language: string;
  readonly text: string;
}

export function otlpSnippets(host: string, ports: Readonly<Record<string, number>>): Snippet[] {
  const http = `http://${host}:${ports.otlp_http ?? 4318}`;
  const variables = [
    `export OTEL_SERVICE_NAME=my-service`,
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${http}`,
    `export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
    `export OTEL_LOGS_EXPORTER=otlp OTEL_METRICS_EXPORTER=none`,
  ].join("\n");
  return [
    {
      language: "Node.js",
      text: `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node\n${variables}\nnode --import @opentelemetry/auto-instrumentations-node/register app.js`,
    },
    {
      language: "Python",
      text: `pip install opentelemetry-distro opentelemetry-exporter-otlp\nopentelemetry-bootstrap -a install\n${variables}\nexport OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true\nopentelemetry-instrument python app.py`,
    },
    {
      language: "Java",
      text: `curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar\n${variables}\njava -javaagent:opentelemetry-javaagent.jar -jar app.jar`,
    },
    {
      language: "Go",
      text: `go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/contrib/exporters/autoexport\n${variables}\n# in main():\n#   exporter, err := autoexport.NewSpanExporter(ctx)\n#   otel.SetTracerProvider(trace.NewTracerProvider(trace.WithBatcher(exporter)))\ngo run .`,
    },
    { language: "Anything", text: variables },
  ];
}
