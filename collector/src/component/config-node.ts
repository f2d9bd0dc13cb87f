/** A piece of parsed configuration with the place it came from; what a {@link Field} reads. */

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * `text` on a node that is no scalar: it came whole out of a `${…}`, and this is how it stood there. A field that is a text takes
 * it as it is: `${env:LIST}` with `[a, b]` is a list for a list field and the text "[a, b]" for a string field.
 */
export type ConfigNode =
  | { readonly kind: "null"; readonly at: Place; readonly text?: string }
  | {
      readonly kind: "scalar";
      readonly at: Place;
      readonly value: string | number | boolean;
      /** As it was written, for fields that are texts: `0123` stays "0123". */
      readonly text: string;
    }
  | { readonly kind: "list"; readonly at: Place; readonly items: readonly ConfigNode[]; readonly text?: string }
  | {
      readonly kind: "map";
      readonly at: Place;
      readonly entries: ReadonlyMap<string, ConfigEntry>;
      readonly text?: string;
    };

export interface ConfigEntry {
  /** Where the key stands. */
  readonly at: Place;
  readonly node: ConfigNode;
}

/** One thing that is wrong with a configuration: what, where, and how to mend it. */
export interface ConfigIssue {
  readonly at: Place | undefined;
  /** Dotted path of keys: `receivers.otlp.protocols.grpc.endpoint`. */
  readonly path: string;
  readonly message: string;
  /** The likely fix, as a sentence: `did you mean "endpoint"?` */
  readonly fix?: string;
}

export function describeNode(node: ConfigNode): string {
  switch (node.kind) {
    case "null":
      return "nothing";
    case "scalar":
      return typeof node.value === "string" ? `"${node.value}"` : String(node.value);
    case "list":
      return "a list";
    default:
      return "a map";
  }
}
