/**
 * On what kind of file system a directory lies. In: the directory, and Linux' list of mounts; out: whether SQLite's write-ahead log and fsync
 * can be relied upon there (https://www.sqlite.org/wal.html, https://www.sqlite.org/howtocorrupt.html).
 */
import { fail, ok, warn, type Finding } from "./finding.ts";

export interface Mount {
  readonly path: string;
  readonly type: string;
  readonly source: string;
  readonly isReadOnly: boolean;
}

const NETWORK =
  /^(?:nfs\d*|cifs|smb\d*|smbfs|afs|ceph|lustre|glusterfs|gpfs|9p|virtiofs|ncpfs|davfs|fuse\.(?:sshfs|s3fs|gcsfuse|rclone|glusterfs|ceph.*|juicefs|davfs2?|blobfuse2?|goofys))$/;
const MEMORY = /^(?:tmpfs|ramfs|rootfs)$/;

/** @param mountInfo as in /proc/self/mountinfo. @param directory absolute. Undefined = it is on none of them */
export function mountOf(mountInfo: string, directory: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountInfo.split("\n")) {
    const [before, after] = line.split(" - ");
    if (after === undefined) continue;
    const [, , , , point, options = ""] = before.split(" ");
    const path = point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    const isAbove = path === "/" || directory === path || directory.startsWith(`${path}/`);
    // Of two mounts at one place the later one is seen.
    if (!isAbove || path.length < (found?.path.length ?? 0)) continue;
    const [type, source] = after.split(" ");
    found = { path, type, source, isReadOnly: options.split(",").includes("ro") };
  }
  return found;
}

export function judgeFileSystem({ path, type, source, isReadOnly }: Mount): Finding {
  const check = "file system";
  const where = `${type} at ${path}`;
  if (isReadOnly)
    return fail(
      check,
      `${where} is mounted read-only`,
      "mount it for writing, or name another directory in extensions.storage.directory",
    );
  const local = "name a directory on a local disk in extensions.storage.directory";
  if (NETWORK.test(type))
    return warn(
      check,
      `${where} (${source}) is reached over a network or from a host: locks, shared memory and fsync are not reliable there, which the store needs`,
      local,
    );
  if (MEMORY.test(type))
    return warn(check, `${where} is memory: all data is gone after a restart of the machine`, local);
  if (type === "overlay")
    return warn(
      check,
      `${where} is the container's own layer: all data is gone with the container`,
      "mount a volume there, as in docker run -v goldspan:/data",
    );
  if (type.startsWith("fuse"))
    return warn(check, `${where} is in a program's hands: whether its fsync is one is not known`, local);
  return ok(check, where);
}
