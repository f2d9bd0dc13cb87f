/** Settings for a component under test: logs and metrics can be read back, nothing is written. */
import { parseComponentId, type ComponentId, type ComponentKind } from "../../src/component/component-id.ts";
import type { HostState, Settings } from "../../src/component/component.ts";
import { createLogger } from "../../src/component/logger.ts";
import { createTelemetry, formatMetrics } from "../../src/pipeline/telemetry.ts";

export interface TestSettings extends Settings {
  /** Logged lines, parsed. */
  readonly lines: Record<string, unknown>[];
  /** What the host answers; change it as the test goes on. */
  state: HostState;
  /** The samples of the Prometheus text that contain `part`. */
  samples(part: string): Promise<string[]>;
}

export function testSettings(kind: ComponentKind = "processor", id = "test"): TestSettings {
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry();
  const settings: TestSettings = {
    kind,
    id: parseComponentId(id) as ComponentId,
    version: "0.0.0-test",
    logger: createLogger("debug", {}, (line) => lines.push(JSON.parse(line))),
    telemetry,
    host: {
      extension: () => undefined,
      fatal(error) {
        throw error;
      },
      state: () => settings.state,
    },
    lines,
    state: "starting",
    async samples(part) {
      const text = await formatMetrics([await telemetry.collect()]);
      return text.split("\n").filter((line) => !line.startsWith("#") && line.includes(part));
    },
  };
  return settings;
}
