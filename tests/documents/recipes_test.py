"""The recipes of CONTRIBUTING.md. Each is applied to a copy of the tree, in which it may write only the files that it names, and the
changed files are then compiled. writing_test.py follows the recipe of a connector."""

import concurrent.futures
import fnmatch
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
DOCUMENT = (ROOT / "CONTRIBUTING.md").read_text()

OUTPUT = """\
// Logs how many objects each result has.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/table.hpp"
#include "opencti/out/output_services.hpp"

namespace opencti {

struct LogOptions {
  bool wanted = false;
};

[[nodiscard]] std::vector<configuration::Row> rows(LogOptions& options, std::string_view program);
[[nodiscard]] inline std::vector<std::string> problems(const LogOptions& /*options*/) { return {}; }
[[nodiscard]] std::unique_ptr<Output> make(const LogOptions& options, const OutputServices& services);

class LogOutput final : public Output {
 public:
  explicit LogOutput(telemetry::Log log) : log_(std::move(log)) {}

  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  telemetry::Log log_;
};

}  // namespace opencti
"""

SOURCE_OF_OUTPUT = """\
#include "opencti/out/log_output.hpp"

namespace opencti {

std::vector<configuration::Row> rows(LogOptions& options, std::string_view /*program*/) {
  using namespace configuration;
  return {
      {
          .name = "CONNECTOR_SEND_TO_LOG",
          .title = "Send to the log",
          .kind = boolean(into(options.wanted)),
          .default_value = "false",
          .description = "Whether the number of objects in each result is also logged.",
      },
  };
}

std::unique_ptr<Output> make(const LogOptions& /*options*/, const OutputServices& services) {
  return std::make_unique<LogOutput>(services.log);
}

Packed LogOutput::pack(const Parcel& parcel) {
  return {.objects = parcel.objects.size(), .delivery = [this](const Packed& itself, const net::Deadline&) {
            log_.info("Enriched", {{"objects", itself.objects}});
            return SendAnswer::done();
          }};
}

}  // namespace opencti
"""

TEST_OF_OUTPUT = """\
#include "opencti/out/log_output.hpp"

#include <gmock/gmock.h>

#include "opencti/out/copies.hpp"
#include "support/log_lines.hpp"
#include "unit/opencti/out/copies.hpp"

namespace opencti {
namespace {

TEST(LogOutput, IsMadeWhereItsSettingIsOnAndTakesTheResult) {
  support::LogLines lines;
  CopyOptions options;
  EXPECT_FALSE(wants_copies(options));
  for (const auto& row : rows(options, "program")) {
    if (row.name != "CONNECTOR_SEND_TO_LOG") continue;
    EXPECT_TRUE(configuration::read(row.kind, "true", configuration::DiskFiles()));
  }
  const auto made = make_wanted(options, {kaspersky, lines.log()});
  ASSERT_EQ(made.size(), 1U);
  EXPECT_TRUE(send(*made[0]));
  EXPECT_EQ(lines.count("INFO", "Enriched objects=0"), 1);
}

}  // namespace
}  // namespace opencti
"""

SETTING = """\
      {
          .name = "KASPERSKY_LANGUAGE",
          .title = "Language",
          .kind = plain_text(2, into(client.language)),
          .default_value = "en",
          .description = "Language of the texts in answers.",
      },
"""

ROW_OF_OUTCOME = """\
    case Outcome::put_back:
      return {"put_back", false, false, unusable, "The message waits for another replica"};
"""

COLUMNS_OF_SECTION = """\
constexpr auto signature_columns =
    std::to_array<Field>({{"Rule"}, {"Severity", Form::count}, {"Seen", Form::date}});
"""


def recipe(title):
    return re.search(rf"(?ms)^### {title}\n(.*?)(?=^##|\Z)", DOCUMENT)[1]


def stem(path):
    return re.sub(r"\.[^./]*$", "", path)


def compiled_by(command):
    """→ the files of an entry of compile_commands.json: CMake may have put several into one"""
    if "/Unity/" not in command["file"]:
        return [command["file"]]
    return re.findall(r'(?m)^#include "(.*)"$', pathlib.Path(command["file"]).read_text())


class Recipes(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(ROOT / "src", self.folder / "src")
        self.written = set()

    def write(self, path, text):
        self.written.add(path)
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def insert(self, path, after, line):
        text = (self.folder / path).read_text()
        self.assertEqual(text.count(after), 1, f"{after!r} in {path}")
        self.write(path, text.replace(after, after + line))

    def assert_follows(self, title):
        """Checks that the recipe names all files that were written, and that these are at most two in addition to the test."""
        named = [stem(path.replace("NAME", "*")) + ("*" if path.endswith("/") else "")
                 for path in re.findall(r"`(?:\./)?((?:src|tests)/[^` ]+)`", recipe(title))]
        stems = {stem(path) for path in self.written}
        for one in sorted(stems):
            self.assertTrue(any(fnmatch.fnmatchcase(one, pattern) for pattern in named), f"{one} is not named in {title!r}: {named}")
        self.assertLessEqual(len([one for one in stems if one.startswith("src/")]), 2, stems)

    def compile(self, *paths, like=None):
        """Compiles these files of the copy, with the commands of the build, and warnings as errors.
        @param like {new file: a file of the tree whose command is used for it}
        @returns the errors for each file; none if it was compiled"""
        commands = {file: command for command in json.loads((BUILD / "compile_commands.json").read_text()) for file in compiled_by(command)}

        def one(path):
            command = commands[str(ROOT / (like or {}).get(path, path))]
            words = [str(self.folder / path) if word == command["file"] else word.replace(str(ROOT / "src"), str(self.folder / "src"))
                     for word in shlex.split(command["command"])]
            made = self.object_of(path)
            made.unlink(missing_ok=True)
            words[words.index("-o") + 1] = str(made)
            done = subprocess.run([*words, "-Werror"], cwd=command["directory"], capture_output=True, text=True, check=False)
            errors = re.findall(r"(?m)^.*error.*$", done.stderr)
            self.assertEqual(not errors, made.exists(), done.stderr[-3000:])
            return errors
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, paths))

    def object_of(self, path):
        return self.folder / (path.replace("/", "_") + ".o")

    def run_test(self, program, *paths):
        """Links these objects instead of those of a test program of the build, and runs the new program."""
        command = subprocess.run(["ninja", "-C", str(BUILD), "-t", "commands", "-s", program], capture_output=True, text=True, check=True).stdout
        [link] = [part for part in command.split(" && ") if f" -o {program} " in part]
        words = [word for word in shlex.split(link) if not word.endswith(".o")]
        at = words.index("-o")
        # An object of the build may hold several files: those that were compiled alone count.
        words[at:at + 2] = ["-Wl,-z,muldefs", *(str(self.object_of(path)) for path in paths), "-o", str(self.folder / "program")]
        for step in (words, [str(self.folder / "program")]):
            done = subprocess.run(step, cwd=BUILD, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])

    def test_there_are_five(self):
        self.assertEqual(re.findall(r"(?m)^### (.*)$", DOCUMENT.partition("\n## Recipes\n")[2]),
                         ["A TIP section", "A setting", "An outcome", "An output", "A connector"])

    def test_a_connector_is_two_files(self):
        files = re.findall(r"(?m)^\d\. `([\w.]+)`", recipe("A connector"))
        self.assertEqual(files, ["main.cpp", "CMakeLists.txt"])
        self.assertEqual(sorted(re.findall(r"(?m)^`([\w.]+)`:$", (ROOT / "docs" / "writing-a-connector.md").read_text())), sorted(files))

    def test_a_setting_is_a_row_bound_to_the_member_that_its_user_reads(self):
        rows, user = "src/tip/rows.cpp", "src/kaspersky/client.cpp"
        beginning = "  auto& enrichment = options.enrichment;\n  return {\n"
        self.insert(rows, beginning, SETTING)
        # The row alone does not compile, because the member that it is bound to does not exist.
        self.assertNotEqual(self.compile(rows), [[]])
        self.insert("src/kaspersky/client.hpp", "  std::string api_key;\n", '  std::string language = "en";\n')
        self.insert(user, '{"Accept", "application/json"}', ', {"Accept-Language", options_.language}')
        self.assertEqual(self.compile(rows, user), [[], []])
        self.assert_follows("A setting")

    def add_output(self, source):
        self.write("src/opencti/out/log_output.hpp", OUTPUT)
        self.write("src/opencti/out/log_output.cpp", source)
        factory = "src/opencti/out/copies.hpp"
        self.insert(factory, '#include "opencti/out/directory_output.hpp"\n', '#include "opencti/out/log_output.hpp"\n')
        self.insert(factory, "using CopyOptions = std::tuple<  //\n", "    LogOptions,\n")

    def test_an_output_is_one_file_a_block_of_settings_and_a_line_in_the_factory(self):
        output, factory, test = "src/opencti/out/log_output.cpp", "src/opencti/out/copies.cpp", "tests/unit/opencti/out/log_output_test.cpp"
        self.add_output(SOURCE_OF_OUTPUT)
        self.write(test, TEST_OF_OUTPUT)
        # CMake finds the files, so no CMakeLists.txt names them.
        for made in (output, test):
            room = made.partition("/out/")[0]
            self.assertIn("CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} out/*", (ROOT / room / "CMakeLists.txt").read_text())
        # The factory, and all files that read the settings of outputs.
        objects = (output, factory, test, "src/settings/table.cpp", "src/settings/load.cpp", "src/app/sending.cpp")
        like = {output: "src/opencti/out/directory_output.cpp", test: "tests/unit/opencti/out/directory_output_test.cpp"}
        self.assertEqual(self.compile(*objects, like=like), [[]] * len(objects))
        self.run_test("tests/unit/opencti/opencti_tests", output, factory, test)
        self.assert_follows("An output")

    def test_an_output_that_gives_no_answer_is_not_accepted(self):
        output = "src/opencti/out/log_output.cpp"
        self.add_output(SOURCE_OF_OUTPUT.replace("return SendAnswer::done();", ""))
        self.assertNotEqual(self.compile(output, like={output: "src/opencti/out/directory_output.cpp"}), [[]])

    def test_an_error_of_a_service_that_no_output_has_decided_about_is_found(self):
        self.insert("src/opencti/client/error.hpp", "enum class ErrorKind {\n", "  another,\n")
        [errors] = self.compile("src/opencti/out/api_answer.cpp")
        self.assertTrue(any("another" in line for line in errors), errors)

    def test_an_outcome_is_an_enumerator_with_its_row_and_the_place_where_a_message_ends_so(self):
        table, place = "src/source/outcome.cpp", "src/runtime/hand_over.cpp"
        self.insert("src/source/outcome.hpp", "  internal_error,\n", "  put_back,\n")
        [errors] = self.compile(table)
        self.assertTrue(any("put_back" in line for line in errors), errors)
        self.insert(table, '"The connector failed on the object"};\n', ROW_OF_OUTCOME)
        self.insert(place, "      result.text = rejected_text(reason);\n", "      if (reason.empty()) result.outcome = source::Outcome::put_back;\n")
        self.assertEqual(self.compile(table, place), [[], []])
        self.assert_follows("An outcome")

    def test_a_category_that_nobody_has_decided_about_is_found(self):
        self.insert("src/source/outcome.hpp", "  outage,\n", "  busy,\n")
        [errors] = self.compile("src/source/http_api.cpp")
        self.assertTrue(any("busy" in line for line in errors), errors)

    def test_a_section_is_a_name_in_the_lists_and_its_columns(self):
        sections, facts = "src/kaspersky/sections.cpp", "src/kaspersky/facts.cpp"
        self.insert(sections, '    "FileDownloadedBy",\n', '    "FileSignatures",\n')
        self.insert(facts, "constexpr auto name_columns =\n    std::to_array<Field>({{\"FileName\"}, {\"FileNamesHitsCount\", Form::count, \"HitsCount\"}});\n",
                    COLUMNS_OF_SECTION)
        self.insert(facts, '    {"FileNames", "", "FileNames", name_columns},\n',
                    '    {"FileSignatures", "", "FileSignatures", signature_columns},\n')
        self.assertEqual(self.compile(sections, facts), [[], []])
        self.assert_follows("A TIP section")

    def test_a_section_with_objects_is_a_name_in_the_lists_and_their_relationship(self):
        sections, related = "src/kaspersky/sections.cpp", "src/kaspersky/related.cpp"
        self.insert(sections, '    "FileDownloadedBy",\n', '    "FileMirrors",\n')
        self.insert(related, "constexpr auto fields = std::to_array<RelatedField>({\n", '    {"FileMirrors", "Url", url, "related-to", from_observable},\n')
        self.assertEqual(self.compile(sections, related), [[], []])
        self.assert_follows("A TIP section")


if __name__ == "__main__":
    unittest.main()
