// How a check ends, other than well.

// The connector does not do what is wanted. The message says what was seen.
export class Failed extends Error {}

// It does not register, so that nothing else can be asked of it.
export class NotRegistered extends Failed {}

// What is checked does not concern this connector. The message says why.
export class NotApplicable extends Error {}

// No check can run here.
export class Unavailable extends Error {}

export function demand(condition, seen) {
  if (!condition) throw new Failed(seen);
}
