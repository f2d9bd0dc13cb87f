/** Settings of the image by file, argument and environment, and what a wrong one gets. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Container, hardened } from "./container.ts";
import type { Subject } from "./subject.ts";

export async function checkSettings(subject: Subject): Promise<void> {
  const { engine, image, version, report } = subject;
  const run = (options: readonly string[], args: readonly string[]) =>
    engine.run(["run", "--rm", ...hardened(engine), ...options, image, ...args]);
  const folder = mkdtempSync(join(tmpdir(), "goldspan-settings-"));
  try {
    chmodSync(folder, 0o755);
    await report.group("settings", async () => {
      const printed = await run([], ["--version"]);
      report.check("version", printed.stdout === `${version}\n`, printed.stdout.trim(), version);
      const shown = await run(
        ["--env=GOLDSPAN_WEB=0.0.0.0:8000"],
        ["print-config", "--set", "extensions.storage.retention=30d"],
      );
      const has = (line: string) => shown.stdout.split("\n").some((each) => each.trim() === line);
      const listens = [
        "endpoint: 0.0.0.0:4317",
        "endpoint: 0.0.0.0:4318",
        "endpoint: 0.0.0.0:13133",
        "directory: /data",
      ];
      report.check("listens on every interface, data in /data", listens.every(has), listens.filter(has).join(", "));
      const retention = /retention: .*/.exec(shown.stdout)?.[0] ?? "";
      report.check("set by --set", retention === "retention: 720h", retention, "retention: 720h");
      report.check(
        "set by the environment",
        has("endpoint: 0.0.0.0:8000"),
        has("endpoint: 0.0.0.0:8000") ? "yes" : "no",
      );
      const file = join(folder, "otel-config.yaml");
      writeFileSync(
        file,
        `receivers: { otlp: { protocols: { http: { endpoint: "0.0.0.0:4318" } } } }
exporters: { goldspan: }
extensions: { storage: { directory: /data }, web: { endpoint: "0.0.0.0:8317" } }
service: { extensions: [storage, web], pipelines: { traces: { receivers: [otlp], exporters: [goldspan] } } }
`,
      );
      const mounted = await run([`--volume=${file}:/etc/goldspan/otel-config.yaml:ro`], ["validate"]);
      const isRead = mounted.stdout.includes("pipelines: traces\n");
      report.check("set by a mounted otel-config.yaml", isRead, mounted.stdout.trim() || mounted.stderr.trim());
    });
    await report.group("health of a container with other ports", async () => {
      const volume = await engine.createVolume();
      const args = ["--set", "extensions.web.endpoint=127.0.0.1:9000"];
      const container = await Container.start(engine, image, { volume, args });
      let health = await container.exec("goldspan", "health", "--pid", "1");
      for (let i = 0; i < 50 && health.code !== 0; i++)
        health = await container.exec("goldspan", "health", "--pid", "1");
      report.check("health probe follows --set", health.code === 0, health.stdout.trim() || health.stderr.trim());
      await container.remove();
    });
    await report.group("wrong settings", async () => {
      const closed = join(folder, "closed");
      mkdirSync(closed, { mode: 0o700 });
      const refuse = (name: string, { code, stderr }: { code: number | null; stderr: string }, expected: RegExp) => {
        const line = stderr.split("\n").find((each) => expected.test(each));
        report.check(name, code === 1 && line !== undefined, line ?? stderr.trim(), "one clear line, exit code 1");
      };
      refuse("a volume that cannot be written", await run([`--volume=${closed}:/data`], []), /cannot .*\/data/);
      refuse("an unknown key", await run([], ["--set", "receivers.otlp.protocolz="]), /protocolz.*protocols/);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
