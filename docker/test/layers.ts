/** How large the layers of an image are that lie above its base, compressed as a registry keeps them. */
import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import type { Engine } from "./engine.ts";

const SAVE_MILLIS = 5 * 60_000;

export interface Layer {
  /** What made it: the instruction of the Dockerfile. */
  readonly instruction: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** In the order of the Dockerfile; empty layers are left out. */
export async function layersAbove(engine: Engine, base: string, image: string): Promise<Layer[]> {
  const below = JSON.parse(
    await engine.must(["image", "inspect", "--format", "{{json .RootFS.Layers}}", base]),
  ) as string[];
  const folder = mkdtempSync(join(tmpdir(), "goldspan-image-"));
  try {
    await engine.must(["save", "--output", join(folder, "image.tar"), image], { timeoutMillis: SAVE_MILLIS });
    spawnSync("tar", ["-C", folder, "-xf", join(folder, "image.tar")]);
    const [{ Layers: files, Config: config }] = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
      Layers: string[];
      Config: string;
    }[];
    const { history } = JSON.parse(readFileSync(join(folder, config), "utf8")) as {
      history: { created_by?: string; empty_layer?: boolean }[];
    };
    const makers = history.filter(({ empty_layer: isEmpty }) => isEmpty !== true);
    const layers: Layer[] = [];
    for (const [index, file] of files.entries()) {
      if (index < below.length) continue;
      const { bytes, compressedBytes } = await measure(join(folder, file));
      const instruction = (makers[index]?.created_by ?? "").replace(/^.*#\(nop\)\s*/, "").replace(/\s+/g, " ");
      if (bytes > EMPTY_TAR_BYTES) layers.push({ instruction, bytes, compressedBytes });
    }
    if (layers.length === 0) throw new Error(`cannot find layers above ${base} in ${readdirSync(folder).join(", ")}`);
    return layers;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A tar of nothing: two blocks of zeros. */
const EMPTY_TAR_BYTES = 1024;

async function measure(path: string): Promise<{ bytes: number; compressedBytes: number }> {
  let [bytes, compressedBytes] = [0, 0];
  const file = createReadStream(path).on("data", (chunk) => (bytes += chunk.length));
  for await (const chunk of file.pipe(createGzip())) compressedBytes += (chunk as Buffer).length;
  return { bytes, compressedBytes };
}
