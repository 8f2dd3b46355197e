// The results of a check other than success.

// The connector does not do what the check requires. The message says what was seen.
export class Failed extends Error {}

// The connector does not register, so no other check can run.
export class NotRegistered extends Failed {}

// The check does not apply to this connector. The message says why.
export class NotApplicable extends Error {}

// No check can run on this machine.
export class Unavailable extends Error {}

export function demand(condition, seen) {
  if (!condition) throw new Failed(seen);
}
