/** The sections of a sealed block, by the number under which they are stored. Numbers are never used again for something else. */

export const SECTION = {
  /** Search columns: operation (or severity), times, status. Of spans only before there were chunks. */
  hot: 1,
  /** Span ids and trace ids, uncompressed. Of spans only before there were chunks. */
  ids: 2,
  /** Before there were chunks: traces' sizes, parents, resource and scope of each record. */
  structure: 3,
  /** Which dictionary entries each record's attributes are. Of spans only before there were chunks. */
  attributeIds: 4,
  /** The distinct attributes. */
  dictionary: 5,
  /** All other fields of the records, verbatim. */
  rest: 6,
  /** The distinct resources, scopes and operations. */
  names: 7,
  /** Bloom filter over (key, value) of format 1; since format 2 in signature_part. */
  signature: 8,
  /** Log bodies, as written before there was shapedBody. */
  body: 9,
  /** Of logs, in place of structure: traces numbered in the block's order. */
  links: 10,
  /** Of logs, in place of body: bodies of like shape next to each other. */
  shapedBody: 11,
  /** Of spans: their traces, and which chunk holds which. */
  traces: 12,
  /** Of spans: how many chunks behind the first that has it each dictionary entry is last used. */
  entrySpread: 13,
  /** Of metrics: which series are in which chunk; the chunks lie in metric_chunk. */
  directory: 14,
  /** Of metrics. */
  exemplars: 15,
} as const;

export type SectionName = keyof typeof SECTION;
