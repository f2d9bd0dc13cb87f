/** What a start with the built-in configuration tells a newcomer: how a program sends its telemetry here. */

/** Ports that listen; absent = that protocol is switched off. */
export interface OtlpPorts {
  readonly http?: number;
  readonly grpc?: number;
}

/** A text to read and copy from; undefined when nothing here takes OTLP. */
export function firstSteps({ http, grpc }: OtlpPorts, directory: string | undefined): string | undefined {
  const port = http ?? grpc;
  if (port === undefined) return undefined;
  const ways = [http && `http://localhost:${http} (HTTP)`, grpc && `http://localhost:${grpc} (gRPC)`];
  return `
It takes OTLP at ${ways.filter(Boolean).join(" and ")}. Tell your program in its environment:

  export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${port}
  export OTEL_EXPORTER_OTLP_PROTOCOL=${http === undefined ? "grpc" : "http/protobuf"}
  export OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp
  export OTEL_SERVICE_NAME=my-service

and start it with OpenTelemetry:

  Node    npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node
          node --require @opentelemetry/auto-instrumentations-node/register app.js
  Python  pip install opentelemetry-distro opentelemetry-exporter-otlp; opentelemetry-bootstrap -a install
          opentelemetry-instrument python app.py
  Java    java -javaagent:opentelemetry-javaagent.jar -jar app.jar
  Go      otlptrace${http === undefined ? "grpc" : "http"}.New(ctx) and otlpmetric${http === undefined ? "grpc" : "http"}.New(ctx) read these variables; give them to the SDK's providers

${directory === undefined ? "" : `Data lies in ${directory}. `}goldspan --help shows the settings. Ctrl-C stops.

`;
}
