"""Recipes of CONTRIBUTING.md, followed in a copy of the tree, of which the compiler then makes the objects. That of a connector is followed by
writing_test.py."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["BUILD_DIR"])

OUTPUT = """\
// Logs what was found.
#pragma once

#include "opencti/out/output.hpp"
#include "telemetry/log.hpp"

namespace opencti {

class LogOutput final : public Output {
 public:
  explicit LogOutput(telemetry::Log log) : log_(std::move(log)) {}

  [[nodiscard]] Packed pack(const Parcel& parcel) override {
    return {.objects = parcel.objects.size(),
            .delivery = [this, id = parcel.entity_id](const Packed&, const net::Deadline&) {
              log_.info("Enriched", {{"entity_id", id.text()}});
              return SendAnswer::done();
            }};
  }

 private:
  telemetry::Log log_;
};

}  // namespace opencti
"""


SETTING = """\
      {
          .name = "KASPERSKY_SLOW_FOR",
          .title = "Pause of hedging",
          .kind = integer(1, 60, into(client.slow_for)),
          .standard = "10",
          .description = "Minutes for which no answer is given up early.",
      },
"""

SETTING_OF_OUTPUT = """\
      {
          .name = "CONNECTOR_SEND_TO_LOG",
          .title = "Send to the log",
          .kind = boolean(into(options.to_log)),
          .standard = "false",
          .description = "Whether the id of each enriched object is also logged.",
      },
"""

ROW_OF_OUTCOME = """\
    case Outcome::put_back:
      return {"put_back", false, false, false, "The message waits for another replica"};
"""

COLUMNS_OF_SECTION = """\
constexpr auto signature_columns =
    std::to_array<Field>({{"Rule"}, {"Severity", Form::count}, {"Seen", Form::date}});
"""


class Recipes(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(ROOT / "src", self.folder / "src")

    def insert(self, path, after, line):
        file = self.folder / path
        text = file.read_text()
        self.assertEqual(text.count(after), 1, f"{after!r} in {path}")
        file.write_text(text.replace(after, after + line))

    def compile(self, *paths):
        """Makes the objects of these files in the copy, with the commands of the build, and warnings as errors.
        @returns what the compiler says of each: nothing where it made the object"""
        commands = {one["file"]: one for one in json.loads((BUILD / "compile_commands.json").read_text())}

        def one(path):
            command = commands[str(ROOT / path)]
            words = shlex.split(command["command"].replace(str(ROOT / "src"), str(self.folder / "src")))
            made = self.folder / (path.replace("/", "_") + ".o")
            made.unlink(missing_ok=True)
            words[words.index("-o") + 1] = str(made)
            done = subprocess.run([*words, "-Werror"], cwd=command["directory"], capture_output=True, text=True, check=False)
            errors = re.findall(r"(?m)^.*error.*$", done.stderr)
            self.assertEqual(not errors, made.exists(), done.stderr[-3000:])
            return errors
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, paths))

    def test_a_setting_is_a_row_bound_to_the_member_that_its_user_reads(self):
        rows = "src/tip/rows.cpp"
        beginning = "  auto& enrichment = options.enrichment;\n  return {\n"
        self.insert(rows, beginning, SETTING)
        self.assertEqual(self.compile(rows), [[]])
        # One that its user cannot read.
        self.insert(rows, beginning, SETTING.replace("slow_for", "base_url"))
        self.assertNotEqual(self.compile(rows), [[]])

    def test_an_output_is_one_file_its_settings_and_a_line_in_the_factory(self):
        factory, rows = "src/app/sending.cpp", "src/settings/sending_rows.cpp"
        self.add_output(OUTPUT)
        self.insert("src/settings/settings.hpp", "  bool to_directory = false;\n", "  bool to_log = false;\n")
        self.insert(rows, "std::vector<Row> sending_rows(const source::Product& product, Sending& options) {\n  return {\n", SETTING_OF_OUTPUT)
        self.assertEqual(self.compile(factory, rows), [[], []])

    def add_output(self, text):
        factory = "src/app/sending.cpp"
        (self.folder / "src/opencti/out/log_output.hpp").write_text(text)
        self.insert(factory, '#include "opencti/out/draft_output.hpp"\n', '#include "opencti/out/log_output.hpp"\n')
        self.insert(factory, "  std::vector<opencti::Output*> copies;\n", "  if (wanted.to_log) copies.push_back(add<opencti::LogOutput>(log));\n")

    def test_an_output_that_gives_no_answer_is_not_accepted(self):
        self.add_output(OUTPUT.replace("return SendAnswer::done();", ""))
        self.insert("src/settings/settings.hpp", "  bool to_directory = false;\n", "  bool to_log = false;\n")
        self.assertNotEqual(self.compile("src/app/sending.cpp"), [[]])

    def test_an_error_of_a_service_that_no_output_has_decided_about_is_found(self):
        self.insert("src/opencti/client/error.hpp", "enum class ErrorKind {\n", "  another,\n")
        [errors] = self.compile("src/opencti/out/api_answer.cpp")
        self.assertTrue(any("another" in line for line in errors), errors)

    def test_an_outcome_is_an_enumerator_and_a_row_and_all_who_decide_are_named(self):
        table, deciders = "src/source/outcome.cpp", ("src/source/http_api.cpp", "src/commands/manual_lookup.cpp")
        self.insert("src/source/outcome.hpp", "  internal_error,\n", "  put_back,\n")
        for errors in self.compile(table, *deciders):
            self.assertTrue(any("put_back" in line for line in errors), errors)
        self.insert(table, '"The connector failed on the object"};\n', ROW_OF_OUTCOME)
        self.insert(deciders[0], "    case Outcome::internal_error:\n", "    case Outcome::put_back:\n")
        self.insert(deciders[1], "    case internal_error:\n", "    case put_back:\n")
        self.assertEqual(self.compile(table, *deciders), [[], [], []])

    def test_a_section_is_a_name_in_the_lists_and_its_columns(self):
        sections, facts = "src/kaspersky/sections.cpp", "src/kaspersky/facts.cpp"
        self.insert(sections, '    "FileDownloadedBy",\n', '    "FileSignatures",\n')
        self.insert(facts, "constexpr auto name_columns =\n    std::to_array<Field>({{\"FileName\"}, {\"FileNamesHitsCount\", Form::count, \"HitsCount\"}});\n",
                    COLUMNS_OF_SECTION)
        self.insert(facts, '    {"FileNames", "", "FileNames", name_columns},\n',
                    '    {"FileSignatures", "", "FileSignatures", signature_columns},\n')
        self.assertEqual(self.compile(sections, facts), [[], []])


if __name__ == "__main__":
    unittest.main()
