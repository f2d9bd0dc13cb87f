/**
 * The code of a component that is loaded when a thread is about to make one: the list of all factories stays light, and no thread holds
 * what only the other one runs.
 */
export interface LazyCode<M> {
  /** To be awaited before `code` is used. */
  readonly load: () => Promise<void>;
  /** @throws Error when it isn't loaded */
  readonly code: M;
}

export function lazyCode<M>(importCode: () => Promise<M>): LazyCode<M> {
  let loaded: M | undefined;
  return {
    load: async () => void (loaded ??= await importCode()),
    get code() {
      if (loaded === undefined) throw new Error("cannot make a component before its factory's load() has resolved");
      return loaded;
    },
  };
}
