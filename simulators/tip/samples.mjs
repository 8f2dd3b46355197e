// The answers that the simulated service knows, found by any of their keys. Their texts are generated once and cached.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lookups, whole_sections } from './lookups.mjs';

export class Samples {
  #model = null;
  // The number of answers so far, if answers change; else undefined.
  #answered;
  #byKind = new Map(Object.keys(lookups).map((kind) => [kind, new Map()]));

  // Reads every samples/<folder>/<case>/answer.json. An answer that does not name its object is found by the observable next to it.
  static fromDirectory(directory) {
    const samples = new Samples();
    for (const [kind, { folder }] of Object.entries(lookups)) {
      const root = path.join(directory, folder);
      if (!existsSync(root)) continue;
      for (const name of readdirSync(root).sort()) {
        const answer = readIfThere(path.join(root, name, 'answer.json'));
        const observable = readIfThere(path.join(root, name, 'observable.platform.json'));
        if (answer) samples.add(kind, answer, observable ? lookups[kind].named(observable) : []);
      }
    }
    return samples;
  }

  // `names` are additional names of the answer's object. → the keys by which it is now found
  add(kind, answer, names = []) {
    const { accepts, key, names: own } = lookups[kind];
    const sample = new Sample(answer);
    const said = [...own(answer), ...names].filter((name) => typeof name === 'string' && accepts(name));
    const found = [...new Set(said.map(key))];
    for (const one of found) this.#byKind.get(kind).set(one, sample);
    return found;
  }

  // From now on every file is known, and has the same answer as this one except for its hashes. This takes no memory for the files that are
  // looked up. With `changing`, the file's size differs in each answer.
  answerAllFilesAs(name, { changing = false } = {}) {
    this.#model = this.find('hash', name).answer;
    this.#answered = changing ? 0 : undefined;
  }

  find(kind, text) {
    const known = this.#byKind.get(kind).get(lookups[kind].key(text));
    if (known || kind !== 'hash' || this.#model === null) return known;
    return new Sample({ ...this.#model, FileGeneralInfo: { ...this.#model.FileGeneralInfo, ...hashesAround(text), ...this.#nextSize() } });
  }

  #nextSize() {
    if (this.#answered === undefined) return {};
    this.#answered += 1;
    return { Size: this.#model.FileGeneralInfo.Size + this.#answered };
  }
}

class Sample {
  #answer;
  #texts = new Map();

  constructor(answer) {
    this.#answer = answer;
  }

  get answer() {
    return this.#answer;
  }

  // The JSON text with only `sections` (all if undefined), with lists cut to `count`. `license` overrides fields of LicenseInfo.
  text(sections, count, license) {
    const wanted = sections ?? Object.keys(this.#answer);
    const parts = wanted.filter((name) => name in this.#answer).map((name) => this.#section(name, count, license));
    return `{${parts.join(',')}}`;
  }

  #section(name, count, license) {
    if (name === 'LicenseInfo') return `"LicenseInfo":${JSON.stringify({ ...this.#answer.LicenseInfo, ...license })}`;
    const key = `${name} ${count}`;
    let made = this.#texts.get(key);
    if (made === undefined) {
      const value = this.#answer[name];
      const shown = Array.isArray(value) && !whole_sections.has(name) ? value.slice(0, count) : value;
      made = `${JSON.stringify(name)}:${JSON.stringify(shown)}`;
      this.#texts.set(key, made);
    }
    return made;
  }
}

// The hash that was looked up, and two others, which are always the same for it.
function hashesAround(asked) {
  const made = { Md5: 'md5', Sha1: 'sha1', Sha256: 'sha256' };
  const hashes = Object.fromEntries(Object.entries(made).map(([name, algorithm]) => (
    [name, createHash(algorithm).update(asked.toLowerCase()).digest('hex').toUpperCase()]
  )));
  const name = { 32: 'Md5', 40: 'Sha1', 64: 'Sha256' }[asked.length];
  return { ...hashes, [name]: asked.toUpperCase() };
}

const readIfThere = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
