/** The text of `--help`: commands, options, examples, and the first keys of a configuration. */
import { DEFAULT_CONFIG } from "../config/default-source.ts";
import { COMMANDS } from "./arguments.ts";

export function helpText(version: string): string {
  const commands = Object.entries(COMMANDS).map(([name, summary]) => `  ${name.padEnd(14)}${summary}`);
  return `Goldspan ${version}: takes OTLP traces, logs and metrics, keeps them on disk, shows them linked.

Usage: goldspan [command] [--config SOURCE]… [--set KEY=VALUE]…

Commands:
${commands.join("\n")}

Options:
  -c, --config SOURCE   a file, or file:PATH, env:VARIABLE, yaml:TEXT, builtin: (the configuration that comes
                        with the program); several are merged, later ones over earlier ones. Where none is
                        given: ${DEFAULT_CONFIG} of the working directory, or builtin: without that file
      --set KEY=VALUE   one value over all sources: --set processors.batch.timeout=2s
  -h, --help            print this text
  -v, --version         print the version

Examples:
  goldspan
  goldspan validate --config otel-config.yaml --config production.yaml
  goldspan verify --help
  goldspan --set extensions.storage.directory=/var/lib/goldspan
  goldspan --config builtin: --config changes.yaml

A configuration in the grammar of the OpenTelemetry Collector:

  receivers:
    otlp:                     # gRPC on localhost:4317, HTTP on localhost:4318
      protocols:
        grpc:
        http:
  exporters:
    goldspan:                 # into the store
  extensions:
    storage:
      directory: ./data
    web:                      # UI and API on http://localhost:8317
    health_check:             # localhost:13133
  service:
    extensions: [storage, web, health_check]
    pipelines:
      traces: { receivers: [otlp], exporters: [goldspan] }
      logs: { receivers: [otlp], exporters: [goldspan] }

Values may hold \${env:VARIABLE}, \${env:VARIABLE:-default} and \${file:PATH}; $$ is a $.
Exit codes: 0 = all is well, 1 = the configuration or the start failed, or a store is damaged,
2 = the command line is wrong.
`;
}
