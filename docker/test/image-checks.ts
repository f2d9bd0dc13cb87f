/** What the image says of itself, and how large it is. */
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { layersAbove } from "./layers.ts";
import type { Subject } from "./subject.ts";

const ROOT = join(import.meta.dirname, "../..");
const MOST_COMPRESSED_MEGABYTES = 40;
/** e_machine of an ELF file at byte 18: EM_AARCH64. */
const AARCH64 = 183;

interface ImageConfig {
  readonly User?: string;
  readonly StopSignal?: string;
  readonly Volumes?: object;
  readonly ExposedPorts?: object;
  readonly Labels?: Readonly<Record<string, string>>;
}

export async function checkImage({ engine, image, base, version, report }: Subject): Promise<void> {
  await report.group("layers", async () => {
    const layers = await layersAbove(engine, base, image);
    for (const { instruction, bytes, compressedBytes } of layers)
      report.check(
        `layer: ${instruction.slice(0, 60)}`,
        true,
        `${mega(compressedBytes)} MB compressed, ${mega(bytes)} MB`,
      );
    const sum = layers.reduce((total, { compressedBytes }) => total + compressedBytes, 0);
    const allowed = `at most ${MOST_COMPRESSED_MEGABYTES} MB`;
    report.check(
      "layers above the base, compressed",
      sum <= MOST_COMPRESSED_MEGABYTES * 1e6,
      `${mega(sum)} MB`,
      allowed,
    );
  });
  await report.group("what the image says", async () => {
    const config = JSON.parse(
      await engine.must(["image", "inspect", "--format", "{{json .Config}}", image]),
    ) as ImageConfig;
    report.check("user", config.User === "10001:10001", config.User ?? "root", "10001:10001");
    report.check("stop signal", config.StopSignal === "SIGTERM", config.StopSignal ?? "none", "SIGTERM");
    const volumes = Object.keys(config.Volumes ?? {}).join();
    report.check("volumes", volumes === "/data", volumes, "/data");
    const ports = Object.keys(config.ExposedPorts ?? {})
      .sort()
      .join(" ");
    report.check("ports", ports === "13133/tcp 4317/tcp 4318/tcp 8317/tcp", ports);
    const label = config.Labels?.["org.opencontainers.image.version"];
    report.check("version label", label === version, label ?? "none", version);
  });
  await report.group("other processors", async () => checkArm64(report));
}

/** No arm64 machine is at hand: the files are laid out for one, and its native modules are looked at. */
function checkArm64(report: Subject["report"]): void {
  const folder = mkdtempSync(join(tmpdir(), "goldspan-arm64-"));
  try {
    const layOut = (architecture: string) =>
      spawnSync(process.execPath, [join(ROOT, ".ci/image-files.ts"), join(folder, architecture), architecture], {
        cwd: ROOT,
        encoding: "utf8",
      });
    layOut("arm64");
    const files = readdirSync(join(folder, "arm64/root"), { recursive: true }).map(String);
    const modules = files.filter((file) => file.endsWith(".node"));
    const areRight = modules.every((file) => machineOf(join(folder, "arm64/root", file)) === AARCH64);
    report.check(
      "arm64: files laid out, not run",
      modules.length === 2 && areRight,
      modules.map((file) => basename(file)).join(", "),
    );
    const { status, stderr } = layOut("riscv64");
    const refusal = /cannot make an image for "riscv64".*/.exec(stderr)?.[0] ?? stderr;
    report.check("another processor is refused", status !== 0 && refusal.startsWith("cannot make"), refusal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For which processor an ELF file is. */
function machineOf(path: string): number {
  const head = Buffer.alloc(20);
  const file = openSync(path, "r");
  readSync(file, head);
  closeSync(file);
  return head.readUInt16LE(18);
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
