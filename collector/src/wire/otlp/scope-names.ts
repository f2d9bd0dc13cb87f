/** Name and version of a scope envelope. */
import { BYTES, ProtoReader } from "../../base/protobuf.ts";

/** InstrumentationScope's fields 1 and 2; the scope is field 1 of its envelope. "" where there is none. */
export function scopeNames(envelope: Uint8Array): { readonly name: string; readonly version: string } {
  const names = { name: "", version: "" };
  const outer = new ProtoReader(envelope);
  while (outer.next()) {
    if (outer.field !== 1 || outer.wire !== BYTES) continue;
    const scope = outer.message();
    while (scope.next()) {
      if (scope.wire !== BYTES) continue;
      if (scope.field === 1) names.name = scope.string();
      else if (scope.field === 2) names.version = scope.string();
    }
  }
  return names;
}
