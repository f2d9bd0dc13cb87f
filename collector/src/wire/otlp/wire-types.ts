/** Protobuf wire types of the scalar types in schema.ts. */
import { BYTES, FIXED32, FIXED64, VARINT } from "../../base/protobuf.ts";
import type { ScalarType } from "./schema.ts";

export const WIRE_OF: Readonly<Record<ScalarType, number>> = {
  string: BYTES,
  bytes: BYTES,
  id: BYTES,
  bool: VARINT,
  enum: VARINT,
  int32: VARINT,
  uint32: VARINT,
  sint32: VARINT,
  int64: VARINT,
  uint64: VARINT,
  fixed32: FIXED32,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  double: FIXED64,
};
