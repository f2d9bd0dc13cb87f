/** A record's resource and scope as values: decoded once per group, as many records share one. */
import type { RecordGroup } from "../../model/record-batch.ts";
import { decodeKeyValue, type AnyMap, type AnyValue } from "../../wire/otlp/any-value.ts";
import { resourceAttributes, scopeAttributes } from "../../wire/otlp/attributes-of.ts";
import { scopeNames } from "../../wire/otlp/scope-names.ts";

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
  const { name, version } = scopeNames(scope);
  const view = {
    resource: new Map<string, AnyValue>(),
    scope: new Map<string, AnyValue>(),
    scopeName: name,
    scopeVersion: version,
  };
  const collect = (into: Map<string, AnyValue>) => (bytes: Uint8Array, start: number, end: number) => {
    const { key, value } = decodeKeyValue(bytes, start, end);
    if (!into.has(key)) into.set(key, value);
  };
  resourceAttributes(resource, collect(view.resource));
  scopeAttributes(scope, collect(view.scope));
  return view;
}
