/** Tells whoever listens above, across shadow roots. The detail is the event's whole meaning; listeners get it typed by Emitted. */
export type Emitted<T> = CustomEvent<T>;

export function emit(from: EventTarget, name: string, detail?: unknown): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
