/**
 * The distinct resources, scopes, groups, services and operations of a block <-> bytes (section "names"). Each table is
 *
 *   | entries u32 | length column | bytes … |
 *
 * followed by the columns that refer to it.
 */
import { ByteInterner } from "../../../base/byte-interner.ts";
import type { RecordGroup } from "../../../model/record-batch.ts";
import { ColumnReader, ColumnWriter } from "./column-codec.ts";
import type { Operation } from "./record-columns.ts";
import { sharedNames } from "./shared-names.ts";

export interface Names {
  readonly groups: readonly RecordGroup[];
  readonly groupServices: readonly string[];
  readonly operations: readonly Operation[];
}

export function encodeNames({ groups, groupServices, operations }: Names): Uint8Array {
  const writer = new ColumnWriter(16_384);
  const intern = (texts: readonly Uint8Array[]) => {
    const interner = new ByteInterner(0);
    const ids = Uint32Array.from(texts, (text) => interner.intern(text, 0, text.length));
    writeTable(
      writer,
      Array.from({ length: interner.size }, (_, id) => interner.view(id)),
    );
    return ids;
  };
  const encoder = new TextEncoder();
  writer.u32(groups.length);
  const resources = intern(groups.map((group) => group.resource));
  const scopes = intern(groups.map((group) => group.scope));
  const groupService = intern(groupServices.map((service) => encoder.encode(service)));
  for (const ids of [resources, scopes, groupService]) writer.column(ids, ids.length);
  writer.u32(operations.length);
  const services = intern(operations.map((o) => encoder.encode(o.service)));
  writer.column(services, operations.length).column(
    Uint8Array.from(operations, (o) => o.kind),
    operations.length,
  );
  writeTable(
    writer,
    operations.map((o) => o.name),
  );
  return writer.finish();
}

/** Nothing of what it gives is a view of `raw`. */
export function decodeNames(raw: Uint8Array): Names {
  const reader = new ColumnReader(raw);
  const shared = sharedNames();
  const groupCount = reader.u32();
  const resources = shared.ids(readTable(reader));
  const scopes = shared.ids(readTable(reader));
  const services = shared.ids(readTable(reader));
  const [resource, scope, service] = [reader.column(groupCount), reader.column(groupCount), reader.column(groupCount)];
  const groups = Array.from({ length: groupCount }, (_, i) => shared.group(resources[resource[i]], scopes[scope[i]]));
  const operationCount = reader.u32();
  const operationServices = shared.ids(readTable(reader));
  const operationService = reader.column(operationCount);
  const kind = reader.column(operationCount);
  const names = shared.ids(readTable(reader));
  return {
    groups,
    groupServices: Array.from(service, (id) => shared.text(services[id])),
    operations: names.map((name, i) => shared.operation(operationServices[operationService[i]], kind[i], name)),
  };
}

export function writeTable(writer: ColumnWriter, entries: readonly Uint8Array[]): void {
  writer.u32(entries.length).column(
    Uint32Array.from(entries, (entry) => entry.length),
    entries.length,
  );
  for (const entry of entries) writer.bytes(entry);
}

export function readTable(reader: ColumnReader): Uint8Array[] {
  const lengths = reader.column(reader.u32());
  return Array.from(lengths, (length) => reader.view(length));
}
