"""The commands in blocks of the language `sh` in documents."""

import dataclasses
import pathlib
import re
import shlex

ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
OPERATORS = {"|", "||", "&&", ";", "&", "<", ">", ">>", "(", ")"}


@dataclasses.dataclass(frozen=True)
class Command:
    document: str
    line: int
    """The command as in the document, without comments; several lines if they end with a backslash."""
    text: str

    @property
    def where(self):
        return f"{self.document}:{self.line}"

    @property
    def simple(self):
        """The words of each simple command, without assignments before the command."""
        lexer = shlex.shlex(self.text.replace("\\\n", " "), posix=True, punctuation_chars="|&;<>()")
        lexer.whitespace_split = True
        out, words, skip = [], [], False
        for token in lexer:
            if token in {"<", ">", ">>"}:
                skip = True
            elif skip:
                skip = False
            elif token in OPERATORS:
                out.append(words)
                words = []
            elif words or not ASSIGNMENT.fullmatch(token):
                words.append(token)
        out.append(words)
        return [words for words in out if words]

    @property
    def words(self):
        return self.simple[0] if self.simple else []

    @property
    def program(self):
        return self.words[0] if self.words else ""


def blocks(path):
    """→ the number of the first line and the text of each block"""
    text = path.read_text()
    for found in re.finditer(r"(?ms)^ *```sh\n(.*?)^ *```$", text):
        yield text.count("\n", 0, found.start(1)) + 1, found.group(1)


def commands(path: pathlib.Path, root: pathlib.Path):
    """→ the commands of each block, one list per block"""
    for first, text in blocks(path):
        found, at, pending = [], first, ""
        for number, line in enumerate(text.splitlines(), first):
            line = re.sub(r"(^|\s)#\s.*$|(^|\s)#$", "", line).rstrip()
            if not pending:
                at = number
            if line.endswith("\\"):
                pending += line + "\n"
                continue
            whole = (pending + line).strip()
            pending = ""
            if whole:
                found.append(Command(str(path.relative_to(root)), at, whole))
        yield found
