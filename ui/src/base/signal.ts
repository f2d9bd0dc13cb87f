/**
 * An observable value: the one way state tells others that it changed. In: a value; out: calls of the listeners, at once and in
 * the order they subscribed. Knows nothing of what it holds.
 */
export interface ReadonlySignal<T> {
  readonly value: T;
  /** Calls on every later change, not now. Returns the function that ends it. */
  subscribe(listener: (value: T) => void): () => void;
}

export class Signal<T> implements ReadonlySignal<T> {
  private current: T;
  private readonly listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.current = value;
  }

  get value(): T {
    return this.current;
  }

  /** Setting an identical value tells nobody. */
  set value(next: T) {
    if (Object.is(next, this.current)) return;
    this.current = next;
    for (const listener of Array.from(this.listeners)) listener(next);
  }

  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** A signal computed from another one; tells only when `same` says that the result differs. Lives as long as its source. */
export function derive<T, U>(
  source: ReadonlySignal<T>,
  compute: (value: T) => U,
  same: (a: U, b: U) => boolean = Object.is,
): ReadonlySignal<U> {
  const result = new Signal(compute(source.value));
  source.subscribe((value) => {
    const next = compute(value);
    if (!same(next, result.value)) result.value = next;
  });
  return result;
}
