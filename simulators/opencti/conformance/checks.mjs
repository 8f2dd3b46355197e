// All checks, in the order in which they run: { id, wants, source, run(bench) }. With `consuming: false`, the connector need not consume its
// queue when the check begins.
import { failure_checks } from './failure_checks.mjs';
import { playbook_checks } from './playbook_checks.mjs';
import { registration_checks } from './registration_checks.mjs';
import { work_checks } from './work_checks.mjs';

export const checks = [...registration_checks, ...work_checks, ...playbook_checks, ...failure_checks];
