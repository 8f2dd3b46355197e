// Workbenches: files that a user validates before they are imported.
import { randomUUID } from 'node:crypto';
import { forgetOldest } from '../lib/recent.mjs';
import { platformError } from './errors.mjs';
import { administrator, maySee } from './users.mjs';

export class Workbenches {
  #files = new Map();
  #store;
  #users;
  #keep;

  constructor({ store, users, keep = 20_000 }) {
    this.#store = store;
    this.#users = users;
    this.#keep = keep;
  }

  // Replaces a file of the same name.
  upload({ file, entityId = null, file_markings: markings = null }, { user, draftId }) {
    if (draftId) throw platformError('UNSUPPORTED_ERROR', 'Cannot upload a pending file in a draft');
    if (typeof file?.filename !== 'string') throw platformError('BAD_USER_INPUT', 'Upload value invalid.');
    const entity = this.#store.find(entityId);
    if (entityId && !(entity && maySee(user, entity))) throw platformError('FUNCTIONAL_ERROR', 'Entity not found', { entityId });
    const known = this.#files.get(file.filename);
    this.#files.set(file.filename, {
      id: `import/pending/${file.filename}`,
      key: randomUUID(),
      name: file.filename,
      mimetype: file.mimetype,
      size: file.content.length,
      entity_id: entityId,
      file_markings: markings,
      uploads: (known?.uploads ?? 0) + 1,
      bundle: JSON.parse(file.content.toString('utf8')),
    });
    forgetOldest(this.#files, this.#keep);
    return this.#files.get(file.filename);
  }

  all() {
    return [...this.#files.values()];
  }

  // Like a click on "validate". → the rejected objects
  validate(name) {
    const { bundle } = this.#files.get(name);
    this.#files.delete(name);
    const user = this.#users.get(administrator);
    return bundle.objects.map((object) => this.#store.import(object, { user })).filter((problem) => problem !== null);
  }
}
