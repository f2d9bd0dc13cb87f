/**
 * Which keys do what at the moment: pages and the shell add their bindings while they are shown, `?` lists them. Knows no
 * events; the shell reads them and runs what is bound.
 */
import { Signal, type ReadonlySignal } from "../base/signal.ts";

export interface KeyBinding {
  /** As base/key-chord.ts names them: "j", "g s", "mod+k". */
  readonly keys: string;
  readonly label: string;
  /** Works while a text field has the focus too. */
  readonly inFields?: boolean;
  readonly run: () => void;
}

export interface KeyGroup {
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}

const groups = new Signal<readonly KeyGroup[]>([]);

/** Those added last come first, and win. */
export const keyGroups: ReadonlySignal<readonly KeyGroup[]> = groups;

/** Returns the function that removes the group again. */
export function addKeys(group: KeyGroup): () => void {
  groups.value = [group, ...groups.value];
  return () => {
    groups.value = groups.value.filter((other) => other !== group);
  };
}

export function findBinding(keys: string): KeyBinding | undefined {
  for (const group of groups.value) {
    const found = group.bindings.find((binding) => binding.keys === keys);
    if (found) return found;
  }
  return undefined;
}
