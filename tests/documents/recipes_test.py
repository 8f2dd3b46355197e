"""Recipes of CONTRIBUTING.md, followed in a copy of the tree that the compiler then accepts."""

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
              log_.info("Enriched", {{"entity_id", id}});
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


class Recipes(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(ROOT / "src", self.folder / "src")

    def insert(self, path, after, line):
        file = self.folder / path
        text = file.read_text()
        self.assertEqual(text.count(after), 1, f"{after!r} in {path}")
        file.write_text(text.replace(after, after + line))

    def compile(self, path):
        """@returns what the compiler says of the file in the copy"""
        commands = json.loads((BUILD / "compile_commands.json").read_text())
        command = next(one for one in commands if pathlib.Path(one["file"]) == ROOT / path)
        # As where warnings are errors.
        words = shlex.split(command["command"].replace(str(ROOT / "src"), str(self.folder / "src")))
        del words[words.index("-o"):words.index("-o") + 2]
        done = subprocess.run([*words, "-Werror", "-fsyntax-only"], cwd=command["directory"], capture_output=True, text=True, check=False)
        return [] if done.returncode == 0 else re.findall(r"(?m)^.*error.*$", done.stderr)

    def test_a_setting_is_a_row_bound_to_the_member_that_its_user_reads(self):
        rows = "src/tip/rows.cpp"
        beginning = "  auto& enrichment = options.enrichment;\n  return {\n"
        self.insert(rows, beginning, SETTING)
        self.assertEqual(self.compile(rows), [])
        # One that its user cannot read.
        self.insert(rows, beginning, SETTING.replace("slow_for", "base_url"))
        self.assertNotEqual(self.compile(rows), [])

    def test_an_output_is_one_file_and_a_line_in_the_factory(self):
        (self.folder / "src/opencti/out/log_output.hpp").write_text(OUTPUT)
        factory = "src/app/sending.cpp"
        self.insert(factory, '#include "opencti/out/draft_output.hpp"\n', '#include "opencti/out/log_output.hpp"\n')
        self.insert(factory, "  std::vector<opencti::Output*> copies;\n", "  copies.push_back(add<opencti::LogOutput>(log));\n")
        self.assertEqual(self.compile(factory), [])

    def test_an_output_that_gives_no_answer_is_not_accepted(self):
        (self.folder / "src/opencti/out/log_output.hpp").write_text(OUTPUT.replace("return SendAnswer::done();", ""))
        factory = "src/app/sending.cpp"
        self.insert(factory, '#include "opencti/out/draft_output.hpp"\n', '#include "opencti/out/log_output.hpp"\n')
        self.assertNotEqual(self.compile(factory), [])

    def test_an_error_of_a_service_that_no_output_has_decided_about_is_found(self):
        self.insert("src/opencti/client/error.hpp", "enum class ErrorKind {\n", "  another,\n")
        self.assertTrue(any("another" in line for line in self.compile("src/opencti/out/api_answer.cpp")))


if __name__ == "__main__":
    unittest.main()
