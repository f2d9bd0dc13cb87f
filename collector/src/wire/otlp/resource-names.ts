/** service.name and service.version of a resource envelope. */
import { decodeText } from "../../base/protobuf.ts";
import { SERVICE_NAME, SERVICE_VERSION, UNKNOWN_SERVICE } from "../../model/semconv.ts";
import { anyValueText, locateKeyValue } from "./attribute-text.ts";
import { resourceAttributes } from "./attributes-of.ts";

export interface ResourceNames {
  /** UNKNOWN_SERVICE when the resource has none. */
  readonly service: string;
  readonly version: string | undefined;
}

/** Duplicate keys: the first one counts. */
export function resourceNames(envelope: Uint8Array): ResourceNames {
  let service: string | undefined;
  let version: string | undefined;
  resourceAttributes(envelope, (bytes, start, end) => {
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const key = decodeText(bytes, keyStart, keyEnd);
    if (key === SERVICE_NAME) service ??= anyValueText(bytes, valueStart, valueEnd) || undefined;
    else if (key === SERVICE_VERSION) version ??= anyValueText(bytes, valueStart, valueEnd) || undefined;
  });
  return { service: service ?? UNKNOWN_SERVICE, version };
}
