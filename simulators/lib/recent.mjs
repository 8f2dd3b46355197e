// The newest entries of an endless sequence: at least `limit` entries are kept, and at most twice as many.
export class Recent {
  #entries = [];
  #limit;

  constructor(limit) {
    this.#limit = limit;
  }

  add(entry) {
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * this.#limit) this.#entries.splice(0, this.#entries.length - this.#limit);
  }

  newest(count = this.#limit) {
    return this.#entries.slice(-Math.min(count, this.#limit));
  }
}

// Removes the oldest entries of a Map or Set until `limit` are left.
export function forgetOldest(collection, limit, forget = (key) => collection.delete(key)) {
  while (collection.size > limit) forget(collection.keys().next().value);
}
