"""Converts Debian's machine-readable copyright files into SPDX licence expressions.

https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

import re

# Debian's short names, in lower case, for which SPDX has another name.
NAMES = {"expat": "MIT", "apache-2": "Apache-2.0", "apache-2.0": "Apache-2.0", "bsd-2-clause": "BSD-2-Clause",
         "bsd-3-clause": "BSD-3-Clause", "bsl-1.0": "BSL-1.0", "cc0-1.0": "CC0-1.0", "curl": "curl", "isc": "ISC", "mpl-1.1": "MPL-1.1",
         "mpl-2.0": "MPL-2.0", "unlicense": "Unlicense", "zlib": "Zlib", "x11": "X11"}
FAMILIES = re.compile(r"(?i)(GPL|LGPL|AGPL|GFDL)-(\d)(?:\.(\d))?(?:\.0)?(\+?)")


def paragraphs(text):
    """→ the fields of each paragraph, by their names in lower case; the later lines of a value keep their indent"""
    for paragraph in re.split(r"\n(?:[ \t]*\n)+", text.strip()):
        fields, name = {}, None
        for line in paragraph.splitlines():
            if line[:1] in " \t":
                if name:
                    fields[name] += "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        yield fields


def readable(value):
    """A text of several lines without the indent; a line with only a dot becomes empty."""
    lines = [line[1:] if line[:1] in " \t" else line for line in value.splitlines()]
    return "\n".join("" if line.strip() == "." else line for line in lines).strip()


class Licences:
    """The licences in the copyright file of one source package. `expression` is None if the file is not machine-readable; `texts` has the
    licences in the expression for which SPDX has no name: {name: text}."""

    def __init__(self, source, text):
        self.source = source
        self.texts = {}
        self.expression = None
        found = list(paragraphs(text))
        if not found or "copyright-format" not in found[0].get("format", ""):
            return
        self._whole = {first.strip().lower(): body for paragraph in found if "files" not in paragraph
                       for first, _, body in [paragraph.get("license", "").partition("\n")] if first.strip()}
        synopses = {}
        for paragraph in found:
            # The files of Debian's packaging are not in the package.
            if "files" in paragraph and paragraph["files"].split() != ["debian/*"]:
                first, _, body = paragraph.get("license", "").partition("\n")
                if first.strip():
                    synopses.setdefault(" ".join(first.split()), body)
        terms = sorted({term for synopsis, body in synopses.items() for term in self._terms(synopsis, body)})
        self.expression = " AND ".join(f"({term})" if " OR " in term and len(terms) > 1 else term for term in terms) or None

    def _terms(self, synopsis, body):
        """The licences that all apply. `and` binds more strongly than `or`, unless it follows a comma."""
        for group in re.split(r",\s*and\s+", re.sub(r",\s*or\s+", " or ", synopsis)):
            choices = [[self._name(name, body) for name in re.split(r"\s+and\s+", choice)] for choice in re.split(r"\s+or\s+", group)]
            if len(choices) == 1:
                yield from choices[0]
            else:
                yield " OR ".join(names[0] if len(names) == 1 else f"({' AND '.join(names)})" for names in choices)

    def _name(self, name, body):
        name = name.strip(" ,")
        if name.lower() in NAMES:
            return NAMES[name.lower()]
        family = FAMILIES.fullmatch(name)
        if family:
            kind, major, minor, later = family.groups()
            return f"{kind.upper()}-{major}.{minor or 0}-{'or-later' if later else 'only'}"
        reference = "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", f"{self.source}-{name}").strip("-")
        text = readable(body) or readable(self._whole.get(name.lower(), ""))
        self.texts[reference] = text or f"See the copyright file of Debian's package {self.source}: {name}"
        return reference
