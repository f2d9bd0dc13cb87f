/** The extension that checks senders, by the id that a configuration names. */
import type { Authenticator, Host } from "./component.ts";

/** Undefined for "". @throws Error when no extension of this id checks senders */
export function authenticatorOf(host: Host, id: string): Authenticator | undefined {
  if (id === "") return undefined;
  const authenticator = host.extension(id)?.authenticator;
  if (!authenticator)
    throw new Error(
      `cannot use the authenticator "${id}": service.extensions lists no such extension that checks senders`,
    );
  return authenticator;
}
