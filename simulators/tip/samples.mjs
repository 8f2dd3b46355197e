// The answers that the simulated service knows, found by any of their keys. Texts are made once and kept.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lookups, whole_sections } from './lookups.mjs';

export class Samples {
  #byKind = new Map(Object.keys(lookups).map((kind) => [kind, new Map()]));

  // Every samples/<folder>/<case>/answer.json. An answer that does not say what it is about is found by the observable beside it.
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

  // `names` are more names of the object that the answer is about. → the keys under which it is now found
  add(kind, answer, names = []) {
    const { accepts, key, names: own } = lookups[kind];
    const sample = new Sample(answer);
    const said = [...own(answer), ...names].filter((name) => typeof name === 'string' && accepts(name));
    const found = [...new Set(said.map(key))];
    for (const one of found) this.#byKind.get(kind).set(one, sample);
    return found;
  }

  find(kind, text) {
    return this.#byKind.get(kind).get(lookups[kind].key(text));
  }
}

class Sample {
  #answer;
  #texts = new Map();

  constructor(answer) {
    this.#answer = answer;
  }

  // The JSON text with only `sections` (all when undefined), lists cut to `count`. `license` overrides fields of LicenseInfo.
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

const readIfThere = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
