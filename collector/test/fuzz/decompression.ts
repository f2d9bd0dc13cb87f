/** Compressed bodies: damaged ones, and bombs. What comes out is never longer than allowed, and a bomb is refused early. */
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { DecodeError, TooLargeError } from "../../src/base/errors.ts";
import { decompress } from "../../src/wire/decode-body.ts";
import { inflateLegacy } from "../../src/wire/inflate.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes } from "./mutate.ts";
import { workloadPayloads } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

const PACK = { gzip: gzipSync, zstd: zstdCompressSync, deflate: deflateSync };
/** 64 MiB that compress to some kilobytes. */
const BOMBS = new Map<string, Uint8Array>();

export const decompression: FuzzTarget = {
  name: "decompression",
  round(random) {
    const compression = random.pick(["gzip", "zstd", "deflate"] as const);
    const isBomb = random.chance(0.1);
    const plain = Buffer.concat(Array.from({ length: 1 + random.below(3) }, () => random.pick(workloadPayloads())));
    const packed = isBomb ? bomb(compression) : PACK[compression](plain);
    const intact = random.chance(0.3);
    const bytes = intact ? packed : mutateBytes(random, packed);
    const mostBytes = random.pick([1, 1000, plain.length - 1, plain.length, plain.length + 1, 1_000_000]);
    const before = process.memoryUsage().arrayBuffers;
    const out = accepted(() => unpack(random, compression, bytes, mostBytes), DecodeError, TooLargeError);
    if (process.memoryUsage().arrayBuffers - before > 32 * 1024 * 1024) throw new Error("a body took 32 MiB to refuse");
    if (out && out.length > mostBytes) throw new Error(`${out.length} bytes of ${mostBytes} allowed`);
    if (intact && !isBomb && mostBytes >= plain.length && !(out && Buffer.from(out).equals(plain)))
      throw new Error("an undamaged body came out another one");
    if (intact && isBomb && out) throw new Error("a bomb was let in");
  },
};

function unpack(random: Random, compression: keyof typeof PACK, bytes: Uint8Array, mostBytes: number): Uint8Array {
  if (compression === "deflate") return inflateLegacy(bytes, mostBytes);
  return decompress({ bytes, compression, encoding: random.pick(["json", "protobuf"] as const) }, mostBytes);
}

function bomb(compression: keyof typeof PACK): Uint8Array {
  let bytes = BOMBS.get(compression);
  if (!bytes) BOMBS.set(compression, (bytes = PACK[compression](Buffer.alloc(64 * 1024 * 1024))));
  return bytes;
}
