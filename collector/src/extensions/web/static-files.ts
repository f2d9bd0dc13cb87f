/**
 * The built UI: its files by path, and its page for every other path (each view of the UI is a URL); with 404 where the UI has no such
 * view, and says so. Files with a hash in their name never change and are kept by the browser; the page is asked for each time.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Beside the built collector, or in the workspace. */
const PLACES = ["./ui", "../../../../ui/dist"].map((place) => fileURLToPath(new URL(place, import.meta.url)));

/** First parts of the paths of the UI's views; a test holds them against ui/src/shell/routes.ts. */
const VIEWS: ReadonlySet<string> = new Set([
  "",
  "services",
  "traces",
  "trace",
  "logs",
  "alerts",
  "exceptions",
  "metrics",
  "map",
  "boards",
  "storage",
]);

export interface StaticFile {
  readonly status: 200 | 404;
  readonly bytes: Buffer;
  readonly type: string;
  readonly immutable: boolean;
}

/** Undefined when the UI has not been built. */
export function findUi(): string | undefined {
  return PLACES.find((place) => existsSync(join(place, "index.html")));
}

/** The file at a URL's path, the page for paths that name no file, or undefined for an asset that doesn't exist. */
export function readStatic(root: string, path: string): StaticFile | undefined {
  const relative = normalize(decode(path)).replace(/^[/\\]+/, "");
  const file = join(root, relative);
  const inside = file.startsWith(root + sep) && !relative.includes("\0");
  if (inside && relative !== "" && isFile(file)) {
    return {
      status: 200,
      bytes: readFileSync(file),
      type: TYPES[extname(file)] ?? "application/octet-stream",
      immutable: relative.startsWith(`assets${sep}`),
    };
  }
  if (/\.[a-z0-9]{2,5}$/i.test(relative) && relative.startsWith("assets")) return undefined;
  const status = VIEWS.has(relative.split(/[/\\]/, 1)[0]) ? 200 : 404;
  return { status, bytes: readFileSync(join(root, "index.html")), type: TYPES[".html"], immutable: false };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A path that is no valid encoding names no file. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "/";
  }
}
