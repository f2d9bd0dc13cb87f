#!/usr/bin/env node
/** What a package or an image starts: an older Node gets a sentence instead of a syntax error, any other the program. */

const OLDEST = 24;

if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
  await import("./main.ts");
} else {
  process.stderr.write(
    `cannot run on Node ${process.versions.node}: Goldspan needs Node ${OLDEST} or newer; install it, or use the container image\n`,
  );
  process.exitCode = 1;
}
