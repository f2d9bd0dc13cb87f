/**
 * Resources and scopes as span metrics see them: the service, the attributes that labels come from, and which resource the metrics
 * belong to. None by default: then services are told apart by their label, and a restarted one goes on with its series.
 */
import { decodeText } from "../../base/protobuf.ts";
import { ByteColumn } from "../../base/column.ts";
import { canonicalKey } from "../../model/semconv.ts";
import type { RecordGroup } from "../../model/record-batch.ts";
import { anyValueText, locateKeyValue } from "../../wire/otlp/attribute-text.ts";
import { resourceAttributes } from "../../wire/otlp/attributes-of.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { scopeNames } from "../../wire/otlp/scope-names.ts";

export interface ResourceView {
  /** UNKNOWN_SERVICE where the resource names none. */
  readonly service: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  /** Encoded attributes of the resource that the metrics belong to. */
  readonly resource: readonly Uint8Array[];
  /** Equal for equal resources. */
  readonly resourceKey: string;
  /** The text of an attribute of the resource. */
  attribute(key: string): string | undefined;
}

export interface ResourceOptions {
  readonly addAttributes: boolean;
  readonly keyAttributes: readonly string[];
  /** Whether scopes matter. */
  readonly withScopes: boolean;
}

export class Resources {
  readonly #options: ResourceOptions;
  readonly #joined = new ByteColumn(4096);

  constructor(options: ResourceOptions) {
    this.#options = options;
  }

  /** Bytes that are equal for groups with equal views. Valid until the next call. */
  groupBytes({ resource, scope }: RecordGroup): Uint8Array {
    if (!this.#options.withScopes) return resource;
    const joined = this.#joined;
    joined.clear();
    joined.append(resource);
    // A resource of another length would be read as another scope.
    for (let length = resource.length; length > 0; length = Math.floor(length / 256)) joined.push(length % 256);
    joined.append(scope);
    return joined.values.subarray(0, joined.length);
  }

  view({ resource, scope }: RecordGroup): ResourceView {
    const texts = new Map<string, string>();
    const all: { readonly key: string; readonly keyValue: Uint8Array }[] = [];
    resourceAttributes(resource, (bytes, start, end) => {
      const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
      const key = decodeText(bytes, keyStart, keyEnd);
      const value = anyValueText(bytes, valueStart, valueEnd);
      all.push({ key, keyValue: bytes.slice(start, end) });
      for (const name of [key, canonicalKey(key)]) if (!texts.has(name)) texts.set(name, value);
    });
    const { addAttributes, keyAttributes } = this.#options;
    const ofKey =
      keyAttributes.length > 0 ? all.filter(({ key }) => keyAttributes.includes(key)) : addAttributes ? all : [];
    const { name, version } = scopeNames(scope);
    return {
      service: resourceNames(resource).service,
      scopeName: name,
      scopeVersion: version,
      resource: (addAttributes ? all : ofKey).map(({ keyValue }) => keyValue),
      resourceKey: ofKey
        .map(({ keyValue }) => Buffer.from(keyValue).toString("latin1"))
        .sort()
        .join("\0"),
      attribute: (key) => texts.get(key) ?? texts.get(canonicalKey(key)),
    };
  }
}
