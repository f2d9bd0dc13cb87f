/** Bodies of log records as a block keeps them; see body-codec.ts. */

/** Bodies as they are stored, opened but not put together: what words are looked for in. */
export interface StoredBodies {
  readonly hasBody: Uint8Array;
  /** Records in the order of their bodies: those of the templates one after the other, then all others. */
  readonly laid: Uint32Array;
  readonly templates: readonly StoredTemplate[];
  /** Bodies of laid[firstOther] and on. */
  readonly firstOther: number;
  readonly others: Variable;
}

/** Of the bodies of laid[from] to laid[to - 1]: constant, variable, constant, … constant. No word reaches over a bound. */
export interface StoredTemplate {
  readonly from: number;
  readonly to: number;
  readonly constants: readonly Uint8Array[];
  readonly variables: readonly Variable[];
}

/** Line l's is bytes[starts[l], starts[l + 1]). */
export interface Variable {
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}
