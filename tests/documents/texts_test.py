"""Texts that documents quote exist: log lines and texts of works in docs/troubleshooting.md, files, headings and variables."""

import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path for pattern in ("*.md", "docs/**/*.md", "bench/*.md", "simulators/*.md", "samples/*.md")
                   for path in ROOT.glob(pattern))
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def literals():
    """The string literals of the program; adjacent ones are joined."""
    out = []
    for path in (ROOT / "src").rglob("*.[ch]pp"):
        # Joins adjacent literals, as the compiler does.
        text = re.sub(r'"\s*\n\s*"', "", path.read_text())
        out += LITERAL.findall(text)
    return "\n".join(out).replace('\\"', '"')


# What writes to the log from level warning on; and what is on a work.
LOGS = re.compile(r"\blog\w*\.(?:warning|error)\(|Level::(?:warning|error)|\.line\(\s*level\b|\breport(?:_failure)?\(|\.(?:retry|ask_store)\("
                  r"|\battempts\.log\(|\bnot_written =")
WORKS = re.compile(r"\.(?:text|remark) =|\b(?:closed|late)_text =|\.failure =|\bwithout_news\(")
QUIET = re.compile(r"\blog\w*\.(?:info|debug)\(")
ATTRIBUTE = re.compile(r'\{\{?"\w+",')


def statements(text):
    """The statements of a source file, without comments; adjacent literals are joined."""
    text = re.sub(r'"\s*\n\s*"', "", re.sub(r"(?m)^\s*//.*$", "", text))
    return re.findall(r'(?:"(?:[^"\\\n]|\\.)*"|[^;"])+', text)


def without_attributes(statement):
    """Removes the attributes of log lines: `{"reason", …}`."""
    while found := ATTRIBUTE.search(statement):
        depth = 0
        for token in re.finditer(r'"(?:[^"\\\n]|\\.)*"|[{}]', statement[found.start():]):
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            if depth == 0:
                break
        statement = statement[:found.start()] + statement[found.start() + token.end():]
    return statement


def said():
    """The texts of log lines from level warning on and of works, with `…` for what is inserted, also for the source's name."""
    for path in sorted((ROOT / "src").rglob("*.[ch]pp")):
        # Rooms that speak before the start, or on a terminal.
        if path.parent.name in {"settings", "configuration"}:
            continue
        for statement in statements(path.read_text()):
            logs = LOGS.search(statement) and not QUIET.search(statement)
            works = path.parent.name != "commands" and (WORKS.search(statement) or path.name in {"wording.cpp", "verdicts.cpp"})
            for text in LITERAL.findall(without_attributes(statement)) if logs or works else []:
                text = without_names(text.replace('\\"', '"'))
                if re.match(r"[ …A-Z]", text) and len(text.split()) > 2:
                    yield path.relative_to(ROOT), text


def without_names(text):
    return re.sub(r"\{[^{}]*\}|\bKaspersky\b", "…", text)


def without_code(text):
    return re.sub(r"(?ms)^```.*?^```$", "", text)


def anchor(heading):
    """The anchor that GitHub generates for a heading."""
    text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


class Troubleshooting(unittest.TestCase):
    def rows(self):
        text = (ROOT / "docs" / "troubleshooting.md").read_text()
        tables = re.findall(r"^\| you see \|.*\n\|[ |-]*\|\n((?:\|.*\n)+)", text, re.MULTILINE)
        return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for table in tables for line in table.splitlines()]

    def test_each_symptom_has_a_cause_and_what_to_do(self):
        self.assertGreater(len(self.rows()), 40)
        for row in self.rows():
            with self.subTest(row[0]):
                self.assertEqual(len(row), 3)
                self.assertTrue(all(row))

    def test_quoted_lines_are_those_of_the_program(self):
        # `…` stands for numbers and names that are inserted.
        said = re.sub(r"\{[^{}]*\}", "…", literals())
        quoted = [text for row in self.rows() for text in re.findall(r"`([^`]+)`", row[0])
                  if " " in text and not re.fullmatch(r"[A-Z_=]+", text)]
        self.assertGreater(len(quoted), 40)
        for text in quoted:
            with self.subTest(text):
                parts = [part for part in (part.strip(" .,;:") for part in text.split("…")) if part]
                self.assertTrue(parts)
                # The name of the source is inserted, too.
                self.assertEqual([part for part in parts if part not in said and part.replace("Kaspersky", "…") not in said], [])


    NEEDS_NO_ROW = {
        "success": {"Found at ….", "… zone: ….", "… reports no zone.", "To be added: "},
        "level info": {"Accepted messages are kept for the next start"},
        "of the command check": {" Check KASPERSKY_API_BASE_URL and the proxy.", "API key accepted"},
    }

    def covers(self, quoted, text):
        """Whether a reader who sees `text` finds it: it begins as quoted, and has the other quoted parts."""
        parts = [part for part in (part.strip(" .,;:") for part in without_names(quoted).split("…")) if part]
        return text.lstrip(" …").startswith(parts[0]) and all(part in text for part in parts)

    def test_each_text_of_the_program_has_a_row(self):
        quoted = [text for row in self.rows() for text in re.findall(r"`([^`]+)`", row[0]) if len(text.split()) > 2]
        without_row = set().union(*self.NEEDS_NO_ROW.values())
        texts = list(said())
        self.assertGreater(len(texts), 100)
        for path, text in texts:
            if text not in without_row:
                with self.subTest(text, file=str(path)):
                    self.assertTrue(any(self.covers(row, text) for row in quoted), "no row of docs/troubleshooting.md has it")
        self.assertEqual(without_row - {text for _, text in texts}, set())


class LogLines(unittest.TestCase):
    # Names of types, fields, headers and values that look like a log line.
    OTHERS = {"Artifact", "Host", "Via", "Server", "Kaspersky", "Kaspersky Enrichment"}

    def test_quoted_lines_in_other_documents_are_those_of_the_program(self):
        said = re.sub(r"\{[^{}]*\}", "…", literals())
        quoted = [(name, text) for name in ("install", "migration", "operations", "monitoring", "status", "reliability", "security", "commands")
                  for text in re.findall(r"`([A-Z][a-z]+(?: [^`\n]*)?)`", without_code((ROOT / "docs" / f"{name}.md").read_text()))]
        self.assertGreater(len(quoted), 5)
        for name, text in quoted:
            if text not in self.OTHERS and not text.startswith("Authorization:"):
                with self.subTest(name, text=text):
                    self.assertIn(text, said)


class References(unittest.TestCase):
    def test_links_lead_to_files_and_headings_that_exist(self):
        for path in DOCUMENTS:
            for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text())):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, heading = target.partition("#")
                file = (path.parent / name).resolve() if name else path
                with self.subTest(path.relative_to(ROOT), target=target):
                    self.assertTrue(file.exists(), "no such file")
                    if heading:
                        headings = {anchor(text) for text in re.findall(r"(?m)^#+ (.*)$", without_code(file.read_text()))}
                        self.assertIn(heading, headings)

    # Decision records keep the names that were valid when they were written.
    def test_names_of_the_code_that_are_quoted_exist(self):
        code = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.[ch]pp"))
        words = set(re.findall(r"\w+", code))
        files = {path.name for folder in ("src", "tests", "tools", "simulators", "bench", "cmake", "packaging", "monitoring", "kubernetes", "samples")
                 for path in (ROOT / folder).rglob("*") if path.is_file()}
        rooms = {path.name for path in (ROOT / "src").iterdir() if path.is_dir()}
        # Files of the Python connector and of the platform's worker, and one that `cmake --install` generates.
        foreign = {"main.py", "push_handler.py", "opencti_connector.hpp"}
        quoted = 0
        for path in (path for path in DOCUMENTS if "adr" not in path.parts):
            for text in re.findall(r"`([^`\n]+)`", without_code(path.read_text())):
                names = [name for room, name in re.findall(r"\b([a-z]+)::(\w+)", text) if room in rooms]
                if path.name == "architecture.md":
                    names += re.findall(r"^(?:[A-Z][a-z]+)+$", text)
                named_files = re.findall(r"^[\w./-]*?([\w-]+\.(?:cpp|hpp|py|mjs|cmake))$", text)
                quoted += len(names) + len(named_files)
                with self.subTest(path.relative_to(ROOT), text=text):
                    self.assertEqual([name for name in names if name not in words | {"NameOutput"}], [])
                    self.assertEqual([name for name in named_files if name not in files | foreign and "NAME" not in name], [])
        self.assertGreater(quoted, 50)

    def test_variables_that_are_named_are_settings(self):
        schema = json.loads((ROOT / "__metadata__" / "connector_config_schema.json").read_text())["properties"]
        known = schema.keys() | {"CONNECTOR_ID"} | {f"{name}_FILE" for name, made in schema.items() if made.get("writeOnly")}
        for path in DOCUMENTS:
            # These two documents also name settings of other connectors.
            if path.name in {"differences.md", "CHANGELOG.md"} or "adr" in path.parts:
                continue
            named = set(re.findall(r"\b(?:KASPERSKY|CONNECTOR|OPENCTI|MQ|S3)_[A-Z0-9_]*[A-Z0-9]\b", path.read_text()))
            with self.subTest(path.relative_to(ROOT)):
                self.assertEqual(named - known, set())


class Rights(unittest.TestCase):
    FIELD = r'\.{}\s*=\s*((?:"(?:[^"\\]|\\.)*"\s*)+)'

    def text(self, name, body):
        found = re.search(self.FIELD.format(name), body)
        return "".join(LITERAL.findall(found[1])) if found else ""

    def test_docs_install_has_each_right_that_is_needed(self):
        code = (ROOT / "src/opencti/client/needed_rights.hpp").read_text()
        rights = dict(re.findall(r"(?s)inline constexpr NeededRight (\w+)\{(.*?)\};", code))
        listed = re.findall(r"\w+", re.search(r"(?s)inline constexpr std::array all\{(.*?)\}", code)[1])
        self.assertEqual(set(listed), set(rights))
        expected = [[f"`{self.text('capability', body)}`", self.text("label", body),
                     "useful" if "Need::useful" in body else "necessary", self.text("purpose", body), self.text("without", body),
                     "no" if re.search(r"\.stock\s*=\s*false", body) else "yes"] for body in (rights[name] for name in listed)]
        table = (ROOT / "docs/install.md").read_text().partition("### The rights that it needs")[2].partition("| --- |")[2]
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.partition("\n\n")[0].splitlines()[1:]]
        self.assertEqual(rows, expected)


class Map(unittest.TestCase):
    def pages(self):
        return sorted(path for path in (ROOT / "docs").glob("*.md") if path.name != "README.md")

    def test_names_each_document(self):
        named = set(re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs" / "README.md").read_text()))
        self.assertEqual({path.name for path in self.pages()} - named, set())

    def test_each_document_begins_with_its_question(self):
        for path in self.pages():
            with self.subTest(path.name):
                self.assertRegex(path.read_text(), r"\A(<!--.*-->\n\n)?# .*\n\nThis page answers: ")


class Monitoring(unittest.TestCase):
    def test_metrics_that_are_to_be_watched_exist(self):
        text = (ROOT / "docs" / "monitoring.md").read_text()
        table = text.partition("| watch | metric |")[2]
        watched = re.findall(r"`([a-z_]+)`", " ".join(line.split("|")[2] for line in table.splitlines()[2:] if line.startswith("|")))
        existing = re.findall(r"(?m)^\| `([a-z_]+)`", (ROOT / "docs" / "metrics.md").read_text())
        self.assertGreater(len(watched), 5)
        self.assertEqual(set(watched) - set(existing), set())


class Readme(unittest.TestCase):
    SECTIONS = ["Introduction", "Installation", "Requirements", "Configuration variables", "OpenCTI environment variables",
                "Base connector environment variables", "Connector extra parameters environment variables", "Deployment", "Docker",
                "Manual", "Usage", "Behavior", "Data flow", "API endpoints", "Generated STIX objects", "Debugging",
                "Additional information"]

    def rows(self, document):
        """The table rows about settings, by variable."""
        lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in (ROOT / document).read_text().splitlines() if line.startswith("|")]
        return {cells[2].strip(): [cell.strip() for cell in cells] for cells in lines
                if len(cells) == 6 and re.fullmatch("`[A-Z0-9_]+`", cells[2].strip())}

    def test_has_the_usual_sections_in_their_order(self):
        headings = re.findall(r"(?m)^##+ (.*)$", without_code((ROOT / "README.md").read_text()))
        self.assertEqual([heading for heading in headings if heading in self.SECTIONS], self.SECTIONS)

    def test_fits_on_three_screens(self):
        self.assertLess(len((ROOT / "README.md").read_text().splitlines()), 180)

    def test_settings_are_as_the_whole_table_has_them(self):
        everything = self.rows("docs/configuration.md")
        shown = self.rows("README.md")
        self.assertEqual(len(shown), 10, "the most important settings")
        for variable, cells in shown.items():
            with self.subTest(variable):
                self.assertEqual(cells[:5], everything[variable][:5])


if __name__ == "__main__":
    unittest.main()
