/** 64-bit numbers of the wire as doubles, without BigInt: at an offset in a DataView, little-endian. */

const TWO_32 = 4294967296;

/** Unix nanoseconds (fixed64) as whole milliseconds, rounded down; exact for every 64-bit number. */
export function millisAt(view: DataView, offset: number): number {
  const low = view.getUint32(offset, true);
  const high = view.getUint32(offset + 4, true);
  // 2^32 ns are 4294 ms and 967,296 ns: all steps stay below 2^53.
  return high * 4294 + Math.floor((high * 967_296 + low) / 1_000_000);
}

/** A fixed64; exact up to 2^53. */
export function unsignedAt(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}

/** An sfixed64; exact within ±2^53. */
export function signedAt(view: DataView, offset: number): number {
  return view.getInt32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}
