/** A record's resource and scope as values: decoded once per group, as many records share one. */
import { BYTES, ProtoReader } from "../../base/protobuf.ts";
import type { RecordGroup } from "../../model/record-batch.ts";
import { decodeKeyValue, type AnyMap, type AnyValue } from "../../wire/otlp/any-value.ts";
import { resourceAttributes, scopeAttributes } from "../../wire/otlp/attributes-of.ts";

export interface GroupView {
  /** Of equal keys the first counts. */
  readonly resource: AnyMap;
  readonly scope: AnyMap;
  readonly scopeName: string;
  readonly scopeVersion: string;
}

const views = new WeakMap<RecordGroup, GroupView>();

export function viewGroup(group: RecordGroup): GroupView {
  let view = views.get(group);
  if (!view) views.set(group, (view = decodeGroup(group)));
  return view;
}

function decodeGroup({ resource, scope }: RecordGroup): GroupView {
  const [scopeName, scopeVersion] = nameAndVersion(scope);
  const view = { resource: new Map<string, AnyValue>(), scope: new Map<string, AnyValue>(), scopeName, scopeVersion };
  const collect = (into: Map<string, AnyValue>) => (bytes: Uint8Array, start: number, end: number) => {
    const { key, value } = decodeKeyValue(bytes, start, end);
    if (!into.has(key)) into.set(key, value);
  };
  resourceAttributes(resource, collect(view.resource));
  scopeAttributes(scope, collect(view.scope));
  return view;
}

/** InstrumentationScope's fields 1 and 2; the scope is field 1 of its envelope. */
function nameAndVersion(envelope: Uint8Array): [name: string, version: string] {
  const texts: [string, string] = ["", ""];
  const outer = new ProtoReader(envelope);
  while (outer.next()) {
    if (outer.field !== 1 || outer.wire !== BYTES) continue;
    const scope = outer.message();
    while (scope.next()) {
      if (scope.wire === BYTES && (scope.field === 1 || scope.field === 2)) texts[scope.field - 1] = scope.string();
    }
  }
  return texts;
}
