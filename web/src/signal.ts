// Values that the page follows. A change draws the page anew at the end of the task, once for however many changes: panels are
// small enough for that, and a library that follows each value by itself would be a tenth of the page's script.

const followers = new Set<() => void>();
let waiting = false;

export class Signal<T> {
  constructor(private held: T) {}
  get value(): T {
    return this.held;
  }
  set value(next: T) {
    if (next === this.held) return;
    this.held = next;
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      for (const follow of followers) follow();
    });
  }
}

export const signal = <T>(value: T) => new Signal(value);

/** Calls back now and after every change of a signal, until the result is called. */
export function effect(follow: () => void): () => void {
  followers.add(follow);
  follow();
  return () => followers.delete(follow);
}
