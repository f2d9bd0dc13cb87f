/**
 * Semantic-convention keys that the collector itself knows, and the older names of keys that were renamed
 * (https://opentelemetry.io/docs/specs/semconv/). Data is kept as it was sent; searches treat both names as one key.
 */

export const SERVICE_NAME = "service.name";
export const SERVICE_VERSION = "service.version";

/** The name a span or log gets whose resource has no service.name, as the SDK specification says. */
export const UNKNOWN_SERVICE = "unknown_service";

const RENAMED: ReadonlyMap<string, string> = new Map([
  ["http.method", "http.request.method"],
  ["http.status_code", "http.response.status_code"],
  ["http.target", "url.path"],
  ["http.url", "url.full"],
  ["http.scheme", "url.scheme"],
  ["http.user_agent", "user_agent.original"],
  ["http.client_ip", "client.address"],
  ["http.flavor", "network.protocol.version"],
  ["net.protocol.version", "network.protocol.version"],
  ["net.peer.name", "server.address"],
  ["net.peer.port", "server.port"],
  ["net.sock.peer.addr", "network.peer.address"],
  ["net.sock.peer.port", "network.peer.port"],
  ["db.system", "db.system.name"],
  ["db.statement", "db.query.text"],
  ["db.operation", "db.operation.name"],
  ["db.name", "db.namespace"],
  ["db.sql.table", "db.collection.name"],
  ["messaging.destination", "messaging.destination.name"],
  ["messaging.operation", "messaging.operation.type"],
  ["peer.service", "service.peer.name"],
  ["deployment.environment", "deployment.environment.name"],
  ["code.function", "code.function.name"],
  ["code.filepath", "code.file.path"],
  ["code.lineno", "code.line.number"],
]);

const OLD_NAMES = Map.groupBy(RENAMED.keys(), (old) => RENAMED.get(old) as string);

/** Older names of a current key. */
export function oldNamesOf(key: string): readonly string[] {
  return OLD_NAMES.get(key) ?? [];
}

/** All names of a key, old and new; its current one first. */
export function aliasesOf(key: string): readonly string[] {
  const current = canonicalKey(key);
  return [current, ...oldNamesOf(current)];
}

/** The current name of a key: an old name becomes its new one, any other stays. */
export function canonicalKey(key: string): string {
  return RENAMED.get(key) ?? key;
}
