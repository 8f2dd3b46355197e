// A child process in its own process group, and the end of its output.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';

const output_kept = 16 * 1024;
const lines_shown = 5;
const last_words_ms = 200;

export class Process {
  #child;
  #output = '';
  #exited;
  // The reason why it does not run: "exit code 1", "SIGKILL", or that it cannot be started. null while it runs.
  ended = null;

  // `show`: its output is also written to standard error.
  constructor([command, ...words], { env = process.env, show = false } = {}) {
    this.#child = spawn(command, words, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => {
        this.#output = (this.#output + chunk).slice(-output_kept);
        if (show) process.stderr.write(chunk);
      });
    }
    this.#exited = new Promise((resolve) => {
      const end = (why) => {
        this.ended ??= why;
        resolve();
      };
      this.#child.on('error', (error) => end(`it cannot be started: ${error.message}`));
      this.#child.on('exit', async (code, signal) => {
        // The last output may arrive later. A child of the process may keep it open, so the wait is limited.
        await Promise.race([once(this.#child, 'close'), after(last_words_ms)]);
        end(signal ?? `exit code ${code}`);
      });
    });
  }

  // The first line on its standard output. Rejects if the process ends before.
  async firstLine() {
    const line = once(createInterface({ input: this.#child.stdout }), 'line').then(([text]) => text);
    const none = this.#exited.then(() => {
      throw new Error(`${this.#child.spawnfile}: ${this.ended}\n${this.#output}`);
    });
    return Promise.race([line, none]);
  }

  // The last lines of its output.
  get lastLines() {
    return this.#output.trimEnd().split('\n').slice(-lines_shown).join('\n');
  }

  // Sends a signal to the process only, as a container runtime does.
  signal(name) {
    if (this.ended === null) this.#child.kill(name);
  }

  exited() {
    return this.#exited;
  }

  // Kills the process and all its children.
  async kill() {
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // No process of the group is left.
    }
    await this.#exited;
  }
}
