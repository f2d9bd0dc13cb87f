/**
 * What shippers ask before they send: which version, which licence, is it well, are templates and policies there. Logs need no template
 * here: one that is put is acknowledged and forgotten, one that is asked for is not there.
 */
import type { RouteAnswer } from "../../component/web-route.ts";
import { errorAnswer, jsonAnswer } from "./answers.ts";

const CLUSTER = { cluster_name: "goldspan", cluster_uuid: "goldspan0000000000000" };
/** Families of paths whose members may be put, asked for and deleted. */
const SETUP =
  /^\/(?:_index_template|_component_template|_template|_ilm|_ingest\/pipeline|_data_stream|_alias|_aliases|_security|_connector)(?:\/|$)/;

/** Undefined = nothing that is known. @param path with its leading slash, without a query */
export function probeAnswer(method: string, path: string, version: string): RouteAnswer | undefined {
  const isReading = method === "GET" || method === "HEAD";
  if (isReading) {
    const known = READ.get(path);
    if (known) return jsonAnswer(200, known(version));
  }
  if (!SETUP.test(path)) return undefined;
  if (!isReading) return jsonAnswer(200, { acknowledged: true });
  return errorAnswer(404, "resource_not_found_exception", `${path} is not there: logs need none here`);
}

const READ: ReadonlyMap<string, (version: string) => unknown> = new Map<string, (version: string) => unknown>([
  [
    "/",
    (version) => ({
      name: "goldspan",
      ...CLUSTER,
      version: {
        number: version,
        build_flavor: "default",
        build_type: "tar",
        build_hash: "unknown",
        build_date: "1970-01-01T00:00:00.000Z",
        build_snapshot: false,
        lucene_version: "9.12.0",
        minimum_wire_compatibility_version: `${Number(version.split(".")[0]) - 1}.17.0`,
        minimum_index_compatibility_version: `${Number(version.split(".")[0]) - 1}.0.0`,
      },
      tagline: "You Know, for Search",
    }),
  ],
  ["/_license", () => ({ license: LICENSE })],
  [
    "/_xpack",
    () => ({
      build: { hash: "unknown", date: "1970-01-01T00:00:00.000Z" },
      license: LICENSE,
      features: { ilm: { available: false, enabled: false }, monitoring: { available: false, enabled: false } },
    }),
  ],
  [
    "/_cluster/health",
    () => ({
      cluster_name: CLUSTER.cluster_name,
      status: "green",
      timed_out: false,
      number_of_nodes: 1,
      number_of_data_nodes: 1,
      active_primary_shards: 0,
      active_shards: 0,
      relocating_shards: 0,
      initializing_shards: 0,
      unassigned_shards: 0,
      active_shards_percent_as_number: 100,
    }),
  ],
]);

const LICENSE = { uid: CLUSTER.cluster_uuid, type: "basic", mode: "basic", status: "active" };
