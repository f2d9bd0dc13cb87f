/** All columns of a sealed block at once: every section fetched, checked and decoded. */
import { SealedLogBlock } from "../block/sealed-log-block.ts";
import { SealedSpanBlock, type FetchChunk, type FetchSection } from "../block/sealed-span-block.ts";

export type AllSpanColumns = { readonly [K in keyof SealedSpanBlock]: SealedSpanBlock[K] };
export type AllLogColumns = { readonly [K in keyof SealedLogBlock]: SealedLogBlock[K] };

/** @throws CorruptionError */
export function decodeSpanBlock(fetch: FetchSection, fetchChunk: FetchChunk): AllSpanColumns {
  return allOf(new SealedSpanBlock(fetch, fetchChunk), SealedSpanBlock.prototype);
}

/** @throws CorruptionError */
export function decodeLogBlock(fetch: FetchSection): AllLogColumns {
  return allOf(new SealedLogBlock(fetch), SealedLogBlock.prototype);
}

function allOf<T extends object>(block: T, prototype: object): { readonly [K in keyof T]: T[K] } {
  const columns: Partial<T> = {};
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
    if ("get" in descriptor && descriptor.get !== undefined) columns[name as keyof T] = block[name as keyof T];
  return columns as T;
}
