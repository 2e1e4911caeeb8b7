// What agents and a foreign writer did, and whether the shop at the end is what came of it.

/** Every writer has a key of its own in each order, and counts up in it. */
export class Journal {
  #written = new Map();

  /** A writer is about to write this number. */
  begins(order, writer, number) {
    const key = `${order} ${writer}`;
    const entry = this.#written.get(key) ?? { order, writer, sure: 0, perhaps: new Set() };
    entry.perhaps.add(number);
    this.#written.set(key, entry);
  }

  /** It was told that the number stands. */
  stands(order, writer, number) {
    const entry = this.#written.get(`${order} ${writer}`);
    entry.sure = number;
    entry.perhaps.delete(number);
  }

  /** It was told that the number was not written. */
  refused(order, writer, number) {
    this.#written.get(`${order} ${writer}`).perhaps.delete(number);
  }

  /** Whatever is not in the shop as it must be. Of a write whose answer was lost nobody knows whether it was made. */
  judge(orders) {
    const lost = [];
    for (const { order, writer, sure, perhaps } of this.#written.values()) {
      const found = Number(orders.get(order)?.[writer] ?? 0);
      if (found !== sure && !perhaps.has(found)) lost.push({ order, writer, sure, found });
    }
    return { writers: this.#written.size, lost };
  }
}

/** Counts of how calls ended, and how long those took that succeeded. */
export class Outcomes {
  #counts = new Map();
  #times = [];

  add(outcome, milliseconds) {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
    if (milliseconds !== undefined) this.#times.push(milliseconds);
  }

  /** Everything since this was last asked. */
  take() {
    const sorted = this.#times.toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.floor(sorted.length * share)]?.toFixed(1) ?? "-";
    const counts = [...this.#counts].map(([outcome, count]) => `${outcome} ${count}`).join(", ");
    this.#counts.clear();
    this.#times = [];
    return `${counts}; median ${at(0.5)} ms, p99 ${at(0.99)} ms`;
  }
}
