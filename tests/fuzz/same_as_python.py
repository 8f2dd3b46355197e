#!/usr/bin/python3
"""Checks that everything is accepted that Python's json accepts: the platform's own connectors read messages with it.

usage: same_as_python.py PROGRAMS FOLDER...

Takes the inputs in the folders, and variants of them with odd values and spellings. Those that Python accepts as JSON are given to
PROGRAMS/fuzz_json, and those that are messages, with a work, a playbook's step or an object, to PROGRAMS/fuzz_message. The programs
must accept all of them. Exit code 1: one was rejected.
"""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

LONGEST_ID = 1000
VARIANTS, SEED = 1000, 20261130
FILES_AT_ONCE = 500
# Odd values, in the spelling in which they are written.
ODD = ("1e400", "-1E-400", "-0", "NaN", "Infinity", "-Infinity", "12345678901234567890.1230", "1" * 400, '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"',
       '"\x7f"', "[" * 300 + "]" * 300, '{"a":' * 200 + "null" + "}" * 200, "{}", "[]", '""', "null", "true", "0", '"a" ', '{"":{"":[]}}')
BLANKS = ("", "", "", " ", "\n", "\r\n\t ")


class Spelling:
    """Writes a document in one of many spellings, and sometimes with an odd value."""

    def __init__(self, rng):
        self.random = rng

    def write(self, value):
        if self.random.random() < 0.03:
            return self.random.choice(ODD)
        if isinstance(value, dict):
            return "{" + ",".join(member for name, inner in value.items() for member in self.members(name, inner)) + self.blank() + "}"
        if isinstance(value, list):
            return "[" + ",".join(self.blank() + self.write(inner) for inner in value) + self.blank() + "]"
        return self.text(value) if isinstance(value, str) else json.dumps(value)

    def members(self, name, inner):
        """A name may occur twice; the last one counts."""
        values = ([self.random.choice(ODD)] if self.random.random() < 0.03 else []) + [self.write(inner)]
        return [self.blank() + self.text(name) + self.blank() + ":" + self.blank() + value + self.blank() for value in values]

    def text(self, text):
        whole = json.dumps(text)[1:-1] if self.random.random() < 0.5 else json.dumps(text, ensure_ascii=False)[1:-1]
        if self.random.random() < 0.1 and whole.isalnum():
            whole = "".join(f"\\u{ord(c):04X}" for c in whole)
        return f'"{whole}"'

    def blank(self):
        return self.random.choice(BLANKS)


def variants_of(documents):
    spelling = Spelling(random.Random(SEED))
    for _ in range(VARIANTS if documents else 0):
        text = spelling.blank() + spelling.write(spelling.random.choice(documents)) + spelling.blank()
        yield text.encode("utf-8-sig" if spelling.random.random() < 0.1 else "utf-8", "replace")


def document_of(content):
    """→ the document; None for null, and if Python rejects it"""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def is_id(value):
    return isinstance(value, str) and 0 < len(value) < LONGEST_ID


def is_message(document):
    if not isinstance(document, dict):
        return False
    internal, event = ({} if not isinstance(document.get(name), dict) else document[name] for name in ("internal", "event"))
    return is_id(internal.get("work_id")) or isinstance(internal.get("playbook"), dict) or is_id(event.get("entity_id"))


def take(program, inputs, word):
    """→ whether the program accepts all of them"""
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder) / str(number) for number in range(len(inputs))]
        for file, content in zip(files, inputs):
            file.write_bytes(content)
        for begin in range(0, len(files), FILES_AT_ONCE):
            done = subprocess.run([program, *files[begin:begin + FILES_AT_ONCE]], env={**os.environ, word: "1"}, capture_output=True,
                                  text=True, errors="replace")
            if done.returncode:
                kept = programs_folder(program) / f"found-{word.lower()}"
                shutil.copy(re.findall(r"^Running: (.*)$", done.stderr, re.MULTILINE)[-1], kept)
                print(done.stderr[-4000:], f"The input is {kept}", sep="\n", file=sys.stderr)
                return False
    return True


def programs_folder(program):
    return program.resolve().parents[2]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    programs, *folders = map(pathlib.Path, sys.argv[1:])
    contents = [path.read_bytes() for folder in folders for path in sorted(folder.iterdir()) if path.is_file()]
    contents += variants_of([document for content in contents if is_message(document := document_of(content))])
    documents = [(content, document) for content in contents if (document := document_of(content)) is not None]
    messages = [content for content, document in documents if is_message(document)]
    print(f"of {len(contents)} inputs Python takes {len(documents)} as JSON, {len(messages)} as messages")
    taken = [take(programs / "fuzz_json", [content for content, _ in documents], "EVERY_INPUT_IS_JSON"),
             take(programs / "fuzz_message", messages, "EVERY_INPUT_IS_A_MESSAGE")]
    sys.exit(0 if all(taken) and messages else 1)


if __name__ == "__main__":
    main()
