/**
 * What a configuration listens on: every address of the components that run, with the key where it is written. In: a configuration found
 * right; out: plain data, in the order of starting. Opens nothing and knows no component: schemas say which keys are such addresses.
 */
import type { Field, FieldDoc } from "../component/config-schema.ts";
import type { Factory } from "../component/factory.ts";
import { factoryOfId } from "./factory-index.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

export interface Listener {
  readonly section: "extensions" | "receivers";
  /** The type, whatever name it has in the configuration. */
  readonly type: string;
  readonly id: string;
  /** Of several in one component, such as "grpc"; else "". */
  readonly name: string;
  /** As in receivers.otlp.protocols.grpc.endpoint. */
  readonly key: string;
  /** As host:port, or the path of a Unix socket. */
  readonly endpoint: string;
  readonly transport: "tcp" | "udp" | "unix";
  readonly tls: boolean;
  /** Mutual TLS. */
  readonly wantsCertificate: boolean;
  /** Id of the extension that checks senders; "" = nobody does. */
  readonly authenticator: string;
}

type Section = Readonly<Record<string, unknown>>;

export function listListeners(config: ResolvedConfig, factories: readonly Factory[]): Listener[] {
  const { extensions, pipelines } = config.service;
  const inputs = [...new Set(Object.values(pipelines).flatMap(({ receivers }) => receivers))];
  const receivers = inputs.filter((id) => Object.hasOwn(config.receivers, id));
  return [
    ...extensions.flatMap((id) => listenersOf("extensions", id)),
    ...receivers.flatMap((id) => listenersOf("receivers", id)),
  ];

  function listenersOf(section: Listener["section"], id: string): Listener[] {
    const factory = factoryOfId(factories, section === "receivers" ? "receiver" : "extension", id);
    const base = { section, type: factory.type, id } as const;
    return walk(factory.config.doc, config[section][id], { ...base, name: "", path: `${section}.${id}` }, "");
  }
}

interface Place {
  readonly section: Listener["section"];
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

/** @param authenticator what the levels above name */
function walk(doc: FieldDoc, value: unknown, place: Place, authenticator: string): Listener[] {
  if (value === null || typeof value !== "object" || !doc.fields) return [];
  const section = value as Section;
  const { tls, auth, transport } = section as {
    tls?: { client_ca_file?: string };
    auth?: { authenticator?: string };
    transport?: string;
  };
  const own = auth?.authenticator ?? authenticator;
  return Object.entries(doc.fields).flatMap(([key, field]: [string, Field<unknown>]) => {
    const member = section[key];
    const path = `${place.path}.${key}`;
    if (field.doc.listens === undefined) return walk(field.doc, member, { ...place, name: key, path }, own);
    if (typeof member !== "string") return [];
    const listener: Listener = {
      section: place.section,
      type: place.type,
      id: place.id,
      name: place.name,
      key: path,
      endpoint: member,
      transport: transport === "unix" ? "unix" : field.doc.listens,
      tls: tls !== undefined,
      wantsCertificate: tls?.client_ca_file !== undefined,
      authenticator: own,
    };
    return [listener];
  });
}
