/** The types of what the package exports: declarations of the entries and of the files that those need, nothing else. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const SOURCE = join(ROOT, "collector/src");
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)\.ts["']/g;

/** @param entries below collector/src. @returns how many files were written. @throws Error when a type is wrong */
export function writeDeclarations(entries: readonly string[], to: string): number {
  const all = mkdtempSync(join(tmpdir(), "goldspan-types-"));
  try {
    emit(entries, all);
    const needed = new Set<string>();
    const visit = (file: string) => {
      if (needed.has(file)) return;
      needed.add(file);
      const text = readFileSync(join(all, file), "utf8");
      for (const [, specifier] of text.matchAll(SPECIFIER))
        visit(resolve("/", dirname(file), `${specifier}.d.ts`).slice(1));
    };
    for (const entry of entries) visit(entry.replace(/\.ts$/, ".d.ts"));
    for (const file of needed) {
      cpSync(join(all, file), join(to, file));
      // What is published is JavaScript: declarations lie where it would.
      const text = readFileSync(join(to, file), "utf8").replace(SPECIFIER, (match) =>
        match.replace(/\.ts(["'])$/, ".js$1"),
      );
      writeFileSync(join(to, file), text);
    }
    return needed.size;
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

function emit(entries: readonly string[], outDir: string): void {
  const project = join(outDir, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir,
    rootDir: SOURCE,
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  const files = entries.map((entry) => join(SOURCE, entry));
  writeFileSync(
    project,
    JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, files, include: [], exclude: [] }),
  );
  const { status, stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", project], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`cannot write declarations: tsc ended with ${String(status)}\n${stdout}`);
}
