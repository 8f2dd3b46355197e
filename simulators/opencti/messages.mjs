// The messages that the platform puts on a connector's queue, in its own form and order of keys.
import { randomUUID } from 'node:crypto';
import { entityType, extension, opencti_extension } from './stix.mjs';

const automation_manager = 'c49fe040-2dad-412d-af07-ce639204ad55';

export function enrichmentMessage({ work, entity, mode, trigger, draftId }) {
  const common = { work_id: work.id, applicant_id: null, draft_id: draftId };
  return {
    internal: mode === 'manual' ? { ...common, mode, trigger } : { ...common, trigger, mode },
    event: {
      event_type: 'INTERNAL_ENRICHMENT',
      entity_id: entity.standard_id,
      entity_type: entity.entity_type,
      stix_entity: JSON.stringify(entity.toStix()),
      stix_objects: null,
    },
  };
}

// `step` has the ids that the answer must repeat. With `typed`, the message has the type of the entity, as on newer platforms.
export function playbookMessage({ step, entityId, objects, typed = false }) {
  const base = objects.find(({ id }) => id === entityId);
  const known = base !== undefined && extension(base, opencti_extension).id !== undefined;
  return {
    internal: {
      work_id: null,
      playbook: step,
      applicant_id: automation_manager,
      trigger: known ? 'create' : 'update',
      mode: 'auto',
    },
    event: {
      entity_id: entityId,
      ...(typed && base && { entity_type: extension(base, opencti_extension).type ?? entityType(base) }),
      bundle: { id: randomUUID(), spec_version: '2.1', type: 'bundle', objects },
    },
  };
}
