"""Each room of src/ includes only what it may use, and tools/walls finds every wrong dependency."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = """\
<!-- made by ./dev generate: what each room may include -->

| room | includes of | and of these libraries |
| --- | --- | --- |
| `lower/` | | `CURL::libcurl` |
| `upper/` | `lower` | |

<!-- end -->
"""
# Two rooms; the upper one may use the lower one.
TREE = {
    "src/upper/CMakeLists.txt": "room(upper SOURCES upper.cpp USES lower)\n",
    "src/upper/upper.cpp": '#include "lower/lower.hpp"\n',
    "src/lower/CMakeLists.txt": "room(lower SOURCES lower.cpp LIBRARIES CURL::libcurl)\n",
    "src/lower/lower.hpp": "#include <string>\n",
    "src/lower/detail/handle.hpp": "#include <curl/curl.h>\n",
    "src/lower/lower.cpp": '#include "lower/detail/handle.hpp"\n',
    "docs/architecture.md": "```mermaid\nflowchart TD\n  upper --> lower\n```\n" + TABLE,
}


class Walls(unittest.TestCase):
    def found(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**TREE, **changes}.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return self.walls(folder)

    def walls(self, root):
        done = subprocess.run([ROOT / "tools" / "walls", root], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1 if done.stdout else 0, done.stderr)
        return done.stdout.splitlines()

    def test_the_rooms_of_this_project_keep_to_their_arrows(self):
        self.assertEqual(self.walls(ROOT), [])

    def test_a_tree_that_keeps_to_its_arrows_passes(self):
        self.assertEqual(self.found({}), [])

    def test_an_arrow_that_goes_up_is_found(self):
        self.assertEqual(self.found({"src/lower/lower.cpp": '#include "upper/upper.hpp"\n'}),
                         ["src/lower/lower.cpp: includes upper/upper.hpp, but lower may not use upper"])

    def test_a_private_header_of_another_room_is_found(self):
        self.assertEqual(self.found({"src/upper/upper.cpp": '#include "lower/detail/handle.hpp"\n'}),
                         ["src/upper/upper.cpp: includes lower/detail/handle.hpp, which is private to lower"])

    def test_a_library_of_another_room_is_found(self):
        self.assertEqual(self.found({"src/upper/upper.cpp": '#include "lower/lower.hpp"\n#include <curl/curl.h>\n'}),
                         ["src/upper/upper.cpp: includes curl/curl.h, but upper may not use CURL::libcurl"])

    def test_an_unused_arrow_is_found(self):
        self.assertEqual(self.found({"src/upper/upper.cpp": ""}),
                         ["src/upper/CMakeLists.txt: upper says that it uses lower, and includes nothing of it"])

    PUBLIC = {
        "src/lower/CMakeLists.txt": "room(lower SOURCES lower.cpp PUBLIC lower.hpp LIBRARIES CURL::libcurl)\n",
        "src/lower/lower.hpp": '#include <string>\n\n#include "export.hpp"\n\nnamespace lower OPENCTI_CONNECTOR_PUBLIC {\n}\n',
    }

    def test_a_public_header_passes(self):
        self.assertEqual(self.found(self.PUBLIC), [])

    def test_a_public_header_that_includes_another_one_or_a_library_is_found(self):
        more = '#include "lower/hidden.hpp"\n#include <curl/curl.h>\n'
        self.assertEqual(self.found({**self.PUBLIC, "src/lower/hidden.hpp": "",
                                     "src/lower/lower.hpp": more + self.PUBLIC["src/lower/lower.hpp"]}),
                         ["src/lower/lower.hpp: is a public header, and includes lower/hidden.hpp, which is not one",
                          "src/lower/lower.hpp: is a public header, and includes curl/curl.h"])

    def test_exported_symbols_are_declared_in_public_headers_alone(self):
        self.assertEqual(self.found({**self.PUBLIC, "src/lower/hidden.hpp": self.PUBLIC["src/lower/lower.hpp"], "src/lower/lower.hpp": ""}),
                         ["src/lower/hidden.hpp: declares its namespace public, and is not a public header",
                          "src/lower/lower.hpp: is a public header, and does not declare its namespace public"])

    def test_a_public_header_that_is_not_there_is_found(self):
        self.assertEqual(self.found({"src/lower/CMakeLists.txt": "room(lower SOURCES lower.cpp PUBLIC more.hpp LIBRARIES CURL::libcurl)\n"}),
                         ["src/lower/more.hpp: is named as a public header, and there is none"])

    def test_a_room_of_the_library_that_uses_one_that_is_not_is_found(self):
        self.assertEqual(self.found({"src/CMakeLists.txt": "set(product_rooms lower PARENT_SCOPE)\n"}),
                         ["src/upper/CMakeLists.txt: upper is part of the library, and may not use lower, which is not"])

    def test_a_public_header_outside_of_the_library_is_found(self):
        self.assertEqual(self.found({**self.PUBLIC, "src/CMakeLists.txt": "set(product_rooms upper lower PARENT_SCOPE)\n"}),
                         ["src/lower/lower.hpp: is a public header of a room that is not part of the library"])

    def test_a_drawing_that_differs_is_found(self):
        drawing = "```mermaid\nflowchart TD\n  lower -.words.-> upper\n```\n" + TABLE
        self.assertEqual(self.found({"docs/architecture.md": drawing}),
                         ["docs/architecture.md: the diagram lacks a way from upper to lower",
                          "docs/architecture.md: the diagram has a way from lower to upper, and there is none"])

    def test_a_table_that_differs_is_found(self):
        document = TREE["docs/architecture.md"]
        self.assertEqual(self.found({"docs/architecture.md": document.replace("| `lower` |", "| |")}),
                         ["docs/architecture.md: the table of includes differs from the CMakeLists.txt of the rooms; ./dev generate renews it"])
        self.assertEqual(self.found({"docs/architecture.md": document.replace(TABLE, "")}),
                         ["docs/architecture.md: has no place for the table of includes: " + TABLE.partition("\n")[0]])


if __name__ == "__main__":
    unittest.main()
