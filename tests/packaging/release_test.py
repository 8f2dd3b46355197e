"""`./dev release`: what it rejects before it builds anything, and that each build gives the same bytes."""

import importlib.machinery
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

from support import ROOT

BUILD = pathlib.Path(os.environ["BUILD_DIR"])
TOOLS = ROOT / "tools" / "release"
VERSION = "1.2.3"
MOMENT = "1700000000"


def load(name):
    sys.path.insert(0, str(TOOLS))
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(TOOLS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


sbom = load("sbom")
Licences = load("copyright_files.py").Licences


class Repository(unittest.TestCase):
    """A repository with only the files that are checked before a release is built."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "tools").mkdir()
        shutil.copytree(TOOLS, self.folder / "tools/release", ignore=shutil.ignore_patterns("__pycache__"))
        self.write("CMakeLists.txt", f"project(kaspersky-enrichment VERSION {VERSION} LANGUAGES CXX\n")
        self.write(".gitignore", "/dist/\n")
        self.write("CHANGELOG.md", f"# Changes\n\n## {VERSION} (2026-12-01)\n\nText.\n")
        self.git("init", "--quiet")
        self.commit()

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example", *words], cwd=self.folder, check=True, capture_output=True)

    def commit(self):
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "a")


class Rejected(Repository):
    def rejected(self, *words, code=65):
        """→ the reason of the rejection. Checks that nothing was built."""
        ended = subprocess.run([self.folder / "tools/release/make", "--unchecked", *words], cwd="/", capture_output=True, text=True,
                               timeout=30, check=False)
        self.assertEqual(ended.returncode, code, ended.stderr)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), [".git", ".gitignore", *self.files])
        return ended.stderr

    files = ["CHANGELOG.md", "CMakeLists.txt", "tools"]

    def test_a_version_that_is_not_the_project_s(self):
        self.assertIn(f"CMakeLists.txt has the version {VERSION}, not 1.2.4", self.rejected("1.2.4"))

    def test_a_version_without_changes(self):
        for changes in ("# Changes\n", "# Changes\n\n## 1.2.30 (2026-12-01)\n"):
            self.write("CHANGELOG.md", changes)
            self.commit()
            self.assertIn("CHANGELOG.md has no heading", self.rejected(VERSION))

    def test_changes_that_are_not_dated(self):
        self.write("CHANGELOG.md", f"# Changes\n\n## {VERSION} (unreleased)\n")
        self.commit()
        self.assertIn(f'"## {VERSION} (unreleased)", which has to become "## {VERSION} (YYYY-MM-DD)"', self.rejected())

    def test_a_tree_that_is_not_clean(self):
        self.write("CMakeLists.txt", f"project(kaspersky-enrichment VERSION {VERSION} LANGUAGES C CXX\n")
        self.assertIn("not committed", self.rejected())
        self.git("checkout", "--quiet", "CMakeLists.txt")
        self.write("new.cpp", "")
        self.files = [*self.files[:2], "new.cpp", "tools"]
        self.assertIn("new.cpp", self.rejected())

    def test_a_version_that_is_tagged(self):
        self.git("tag", f"v{VERSION}")
        self.assertIn(f"the tag v{VERSION} is there already", self.rejected())

    def test_a_version_that_is_made(self):
        (self.folder / "dist" / VERSION).mkdir(parents=True)
        self.files = [*self.files[:2], "dist", "tools"]
        self.assertIn(f"dist/{VERSION} is there already", self.rejected())

    def test_an_unknown_argument(self):
        self.assertIn("usage: ./dev release", self.rejected("--quick", code=64))


class Checked(Repository):
    """The checks before anything is built; the programs are simulated, and record their calls."""

    def setUp(self):
        super().setUp()
        self.noted = pathlib.Path(self.enterContext(tempfile.NamedTemporaryFile()).name)
        # Building the image needs root, which the tests may not have.
        self.commands = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.script(self.commands / "id", "echo 0")

    def script(self, path, body):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def stopped_by(self, run, lint):
        self.script(self.folder / ".ci/run", f'echo "run $CI_TIME_LIMIT" >>{self.noted}; exit {run}')
        self.script(self.folder / "dev", f'echo "dev $*" >>{self.noted}; exit {lint}')
        self.commit()
        ended = subprocess.run([self.folder / "tools/release/make"], env={**os.environ, "PATH": f"{self.commands}:{os.environ['PATH']}"},
                               capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(ended.returncode, 3, ended.stderr)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), [".ci", ".git", ".gitignore", "CHANGELOG.md", "CMakeLists.txt", "dev", "tools"])
        return self.noted.read_text().splitlines()

    def test_all_of_ci_runs_and_a_failure_ends_it(self):
        [run] = self.stopped_by(run=3, lint=0)
        self.assertGreater(int(run.removeprefix("run ")), 100_000)

    def test_clang_tidy_runs_and_a_finding_ends_it(self):
        self.assertEqual(self.stopped_by(run=0, lint=3)[1:], ["dev lint"])


class Twice(Repository):
    """`./dev release --unchecked` is simulated by a script that writes one file."""

    def built_twice(self, body):
        self.write("CHANGELOG.md", f"# Changes\n\n## {VERSION} (unreleased)\n\nText.\n")
        self.write(".gitignore", "/dist/\n/build-*/\n")
        self.write("dev", f'#!/bin/sh\n[ "$*" = "release --unchecked" ] || exit 64\nmkdir -p dist/{VERSION}\n{{ {body}; }} >dist/{VERSION}/VERSION\n')
        (self.folder / "dev").chmod(0o755)
        self.commit()
        return subprocess.run([self.folder / "tools/release/make", "--twice"], capture_output=True, text=True, timeout=60, check=False)

    def test_two_builds_of_one_commit_have_the_same_bytes(self):
        ended = self.built_twice("git rev-parse HEAD; grep '^## ' CHANGELOG.md; git status --porcelain")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("have the same bytes", ended.stdout)
        self.assertFalse((self.folder / "build-twice").exists())

    def test_a_dependence_on_the_folder_is_found(self):
        ended = self.built_twice("pwd")
        self.assertEqual(ended.returncode, 1, ended.stdout)
        self.assertIn("differ", ended.stderr)
        [one, other] = [path.read_text() for path in sorted((self.folder / "build-twice").rglob("VERSION"))]
        self.assertNotEqual(one, other)

    def test_each_build_is_of_a_commit_with_a_dated_heading(self):
        self.built_twice("pwd; grep '^## ' CHANGELOG.md")
        for path in (self.folder / "build-twice").rglob("VERSION"):
            self.assertRegex(path.read_text().splitlines()[1], rf"^## {VERSION} \(\d{{4}}-\d\d-\d\d\)$")


class DebianPackages(unittest.TestCase):
    def test_of_the_same_files_are_the_same(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        made = []
        for name in ("one", "other"):
            ended = subprocess.run([ROOT / "tools/package/pack", BUILD, folder / name], cwd=ROOT, env={**os.environ, "SOURCE_DATE_EPOCH": MOMENT},
                                   capture_output=True, text=True, check=False)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            packages = [pathlib.Path(line) for line in ended.stdout.splitlines()]
            self.assertEqual(sorted(packages), sorted((folder / name).iterdir()))
            made.append([package.read_bytes() for package in packages])
        self.assertEqual(*made)
        self.assertRegex(" ".join(package.name for package in packages),
                         r"^kaspersky-enrichment_\S+ libopencti-connector[\d.]+_\S+ libopencti-connector-dev_\S+$")
        # The packages must not depend on the times at which their files were written.
        for package in packages:
            listed = subprocess.run(["dpkg-deb", "--contents", package], env={**os.environ, "TZ": "UTC"}, capture_output=True, text=True,
                                    check=True).stdout
            self.assertEqual({tuple(line.split()[3:5]) for line in listed.splitlines()}, {("2023-11-14", "22:13")})


class ImageArchive(unittest.TestCase):
    CHECK = {"Test": ["CMD", "healthcheck"], "Interval": 30000000000}

    def layout(self, folder):
        """An image as buildah writes it, without layers."""
        blobs = folder / "blobs/sha256"
        blobs.mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        (blobs / "c").write_text('{"os":"linux","config":{"User":"10001:10001"}}')
        (blobs / "m").write_text('{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:c","size":46}}')
        (folder / "index.json").write_text('{"schemaVersion":2,"manifests":[{"digest":"sha256:m","size":1}]}')

    def archive(self, name):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.layout(folder / name)
        (folder / "image.json").write_text(json.dumps({"Docker": {"config": {"Healthcheck": self.CHECK}}}))
        ended = subprocess.run([TOOLS / "oci-archive", folder / name, folder / "image.json", folder / "image.tar", VERSION, MOMENT],
                               capture_output=True, text=True, check=True)
        return folder / "image.tar", ended.stdout.strip()

    def test_keeps_the_health_check_and_holds_together(self):
        path, digest = self.archive("one")
        with tarfile.open(path) as file:
            def read(name):
                return json.loads(file.extractfile(name).read())
            [described] = read("index.json")["manifests"]
            self.assertEqual((described["digest"], described["annotations"]), (digest, {"org.opencontainers.image.ref.name": VERSION}))
            manifest = read("blobs/" + digest.replace(":", "/"))
            self.assertEqual(described["size"], file.getmember("blobs/" + digest.replace(":", "/")).size)
            config = "blobs/" + manifest["config"]["digest"].replace(":", "/")
            self.assertEqual(manifest["config"]["size"], file.getmember(config).size)
            self.assertEqual(read(config)["config"], {"User": "10001:10001", "Healthcheck": self.CHECK})
            self.assertEqual(len([name for name in file.getnames() if name.startswith("blobs/sha256/")]), 2)

    def test_of_the_same_image_is_the_same(self):
        self.assertEqual(self.archive("one")[0].read_bytes(), self.archive("other")[0].read_bytes())


class Licence(unittest.TestCase):
    HEADER = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"

    def of(self, *names):
        files = "\n\n".join(f"Files: part{number}\nLicense: {name}\n Words of it." for number, name in enumerate(names))
        return Licences("source", self.HEADER + files)

    def test_is_named_as_spdx_names_it(self):
        self.assertEqual(self.of("Expat", "GPL-2+", "LGPL-2.1", "Apache-2.0", "Expat").expression,
                         "Apache-2.0 AND GPL-2.0-or-later AND LGPL-2.1-only AND MIT")

    def test_choices_stay_choices(self):
        self.assertEqual(self.of("BSD-3-clause or GPL-2").expression, "BSD-3-Clause OR GPL-2.0-only")
        self.assertEqual(self.of("ISC", "GPL-2 or Expat and Zlib").expression, "(GPL-2.0-only OR (MIT AND Zlib)) AND ISC")
        self.assertEqual(self.of("GPL-2 or Expat, and Zlib").expression, "(GPL-2.0-only OR MIT) AND Zlib")

    def test_without_a_name_there_has_its_text(self):
        licences = self.of("GPL-3+ with Bison exception")
        self.assertEqual(licences.expression, "LicenseRef-source-GPL-3-with-Bison-exception")
        self.assertEqual(licences.texts, {licences.expression: "Words of it."})

    def test_with_a_text_in_a_paragraph_of_its_own(self):
        licences = Licences("source", self.HEADER + "Files: *\nLicense: Own\n\nLicense: Own\n First.\n .\n Second.\n")
        self.assertEqual(licences.texts, {"LicenseRef-source-Own": "First.\n\nSecond."})

    def test_of_debian_s_own_files_is_not_the_package_s(self):
        self.assertEqual(Licences("source", self.HEADER + "Files: *\nLicense: ISC\n\nFiles: debian/*\nLicense: GPL-2+\n").expression, "ISC")

    def test_in_prose_is_not_known(self):
        self.assertIsNone(Licences("source", "This is free software. License: see below.\n").expression)


class BillOfMaterials(unittest.TestCase):
    PACKAGES = [sbom.Package("libstdc++6", "12.2.0-14", "amd64", "gcc-12", "12.2.0-14", "bookworm", "Prose."),
                sbom.Package("nlohmann-json3-dev", "3.11.2-2", "all", "nlohmann-json3", "3.11.2-2", "bookworm",
                             Licence.HEADER + "Files: *\nLicense: Expat\n")]

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("a.deb", "a.tar"):
            (self.folder / name).write_text(name)
        self.made = self.document()

    def document(self):
        return sbom.document(VERSION, int(MOMENT), self.folder / "a.deb", self.folder / "a.tar", self.PACKAGES, self.PACKAGES[:1])

    def package(self, name):
        [found] = [package for package in self.made["packages"] if package["name"] == name]
        return found

    def test_names_each_package_with_its_version_and_licence(self):
        library = self.package("libstdc++6")
        self.assertEqual((library["versionInfo"], library["licenseDeclared"]), ("12.2.0-14", "NOASSERTION"))
        self.assertEqual(library["externalRefs"][0]["referenceLocator"], "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=bookworm")
        self.assertEqual(self.package("nlohmann-json3-dev")["licenseDeclared"], "MIT")

    def test_distinguishes_linked_and_compiled_in_packages(self):
        found = {(each["spdxElementId"], each["relationshipType"], each["relatedSpdxElement"]) for each in self.made["relationships"]}
        library, header = (package.spdx_id for package in self.PACKAGES)
        self.assertEqual(found, {("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-package"), ("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image"),
                                 ("SPDXRef-package", "DEPENDS_ON", library), ("SPDXRef-package", "STATIC_LINK", header),
                                 ("SPDXRef-image", "CONTAINS", library)})

    def test_every_reference_leads_to_something(self):
        ids = {"SPDXRef-DOCUMENT", *(package["SPDXID"] for package in self.made["packages"])}
        self.assertEqual(len(ids), 1 + len(self.made["packages"]))
        for name in ids:
            self.assertRegex(name, "^SPDXRef-[A-Za-z0-9.-]+$")
        for each in self.made["relationships"]:
            self.assertLessEqual({each["spdxElementId"], each["relatedSpdxElement"]}, ids)

    def test_of_the_same_files_is_the_same_and_of_others_has_another_name(self):
        self.assertEqual(self.document(), self.made)
        (self.folder / "a.deb").write_text("other")
        self.assertNotEqual(self.document()["documentNamespace"], self.made["documentNamespace"])

    def test_of_this_machine_s_program_has_its_linked_libraries(self):
        found = {package.name: package for package in sbom.packages_here(BUILD / "kaspersky-enrichment")}
        self.assertLess({"libc6", "libstdc++6", "ca-certificates", "nlohmann-json3-dev", "iso-codes"}, found.keys())
        self.assertEqual({name for name, package in found.items() if package.compiled_in}
                         - {name for name in found if name.endswith("-dev")}, {"iso-codes"})
        self.assertTrue(all(package.version and package.source_version for package in found.values()))


if __name__ == "__main__":
    unittest.main()
