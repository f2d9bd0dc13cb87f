/**
 * Addresses to listen on, as the Collector writes them: `localhost:4318`, `0.0.0.0:4318`, `:4318`, `[::1]:0`. In: text; out: host
 * and port, or what is wrong. Opens nothing.
 */
import { string, type Field } from "./config-schema.ts";

export interface Endpoint {
  /** Undefined = every interface. */
  readonly host: string | undefined;
  /** 0 = any free port. */
  readonly port: number;
}

const SHAPE = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]]*)):(\d+)$/;

/** The endpoint, or the phrase that says what was expected. */
export function parseEndpoint(text: string): Endpoint | string {
  const found = SHAPE.exec(text);
  if (!found) return "an address as host:port, for example localhost:4318 or 0.0.0.0:4318";
  const port = Number(found[3]);
  if (port > 65535) return "an address with a port from 0 to 65535";
  return { host: found[1] || found[2] || undefined, port };
}

/** A field that holds an endpoint's text, to listen on; read it with {@link parseEndpoint} where it is used. */
export function endpoint(options: { doc?: string; default?: string; transport?: "tcp" | "udp" } = {}): Field<string> {
  const text = string({
    ...options,
    check(value) {
      const parsed = parseEndpoint(value);
      return typeof parsed === "string" ? parsed : undefined;
    },
  });
  return listening(text, options.transport ?? "tcp");
}

/** A field of an address to listen on. */
export function listening<T>(field: Field<T>, transport: "tcp" | "udp" = "tcp"): Field<T> {
  return { ...field, doc: { ...field.doc, listens: transport } };
}
