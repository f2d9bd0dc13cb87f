/** Files by glob, each with a stamp that changes when the file does: how rule files and templates are watched without a watcher. */
import { glob, stat } from "node:fs/promises";
import { resolve } from "node:path";

/** More files than this are a glob that was meant otherwise. */
const MOST_FILES = 10_000;

/** Path as the pattern finds it -> stamp. A pattern without wildcards names its file, also when that isn't there (stamp ""). */
export async function findFiles(patterns: readonly string[], folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    const paths = /[*?[\]{}]/.test(pattern) ? glob(pattern, { cwd: folder }) : [pattern];
    for await (const path of paths) {
      if (found.size >= MOST_FILES)
        throw new Error(`cannot watch more than ${MOST_FILES} files; ${JSON.stringify(pattern)} finds too many`);
      const stamp = await stampOf(resolve(folder, path));
      if (stamp !== undefined) found.set(path, stamp);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** "" = not there; undefined = no file. One that cannot be looked at says so when it is read, and keeps none of the others away. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? `${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.ino}` : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "" : `${code}`;
  }
}
