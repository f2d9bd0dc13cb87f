/** Ranges of IP addresses: one address, `first-last`, or a network `address/bits`; and the addresses that stand in a line. */
import { isIPv4, isIPv6 } from "node:net";

export interface IpRange {
  readonly isV6: boolean;
  /** Both inclusive. */
  readonly first: bigint;
  readonly last: bigint;
}

/** Undefined when the text is none. */
export function parseIpRange(text: string): IpRange | undefined {
  const [left, right] = text.split("-").map((part) => part.trim());
  if (right !== undefined) {
    const [first, last] = [parseIp(left), parseIp(right)];
    if (!first || !last || first.isV6 !== last.isV6 || first.value > last.value) return undefined;
    return { isV6: first.isV6, first: first.value, last: last.value };
  }
  const [address, bits] = left.split("/");
  const ip = parseIp(address);
  if (!ip) return undefined;
  if (bits === undefined) return { isV6: ip.isV6, first: ip.value, last: ip.value };
  const width = ip.isV6 ? 128 : 32;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return undefined;
  const size = 1n << BigInt(width - Number(bits));
  const first = (ip.value / size) * size;
  return { isV6: ip.isV6, first, last: first + size - 1n };
}

export function isInRange(range: IpRange, text: string): boolean {
  const ip = parseIp(text);
  return ip !== undefined && ip.isV6 === range.isV6 && ip.value >= range.first && ip.value <= range.last;
}

const V4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;
const V6 = /(?<![0-9a-fA-F:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![0-9a-fA-F:])/g;

/** Whether any address in the line is in the range. */
export function hasIpIn(range: IpRange, line: string): boolean {
  for (const [found] of line.matchAll(range.isV6 ? V6 : V4)) if (isInRange(range, found)) return true;
  return false;
}

function parseIp(text: string): { readonly isV6: boolean; readonly value: bigint } | undefined {
  if (isIPv4(text)) return { isV6: false, value: text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  if (!isIPv6(text) || text.includes("%") || text.includes(".")) return undefined;
  const [head, tail] = text.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const parts = [...before, ...new Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return { isV6: true, value: parts.reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n) };
}
