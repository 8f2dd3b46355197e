"""stix_schemas_test.py SAMPLES: checks that each object of each expected bundle is valid STIX 2.1 according to the JSON schemas of OASIS.

STIX_SCHEMAS names their folder (https://github.com/oasis-open/cti-stix2-json-schemas, branch stix2.1, schemas/); without it
the test is skipped. Of properties outside STIX, only OpenCTI's are allowed, by name.
"""

import json
import os
import pathlib
import sys

SKIPPED = 77
# Properties at the root of an observable that the platform reads, but STIX does not define.
OPENCTI_OBSERVABLE = {"x_opencti_score", "x_opencti_created_by_ref", "x_opencti_additional_names", "labels",
                      "external_references"}
OPENCTI_OTHER = {"x_opencti_location_type", "x_opencti_aliases", "x_opencti_main_observable_type", "x_opencti_score"}
# A type of observable that only OpenCTI has.
UNKNOWN_TYPES = {"hostname"}


def load(folder):
    schemas = {}
    for file in folder.rglob("*.json"):
        schema = json.loads(file.read_text())
        schemas[schema.get("$id", file.as_uri())] = schema
    return schemas


def validators(folder):
    import jsonschema
    schemas = load(folder)
    # The $ids are http://raw.githubusercontent.com/… addresses: all schemas come from the folder, none from the network.
    resolver = jsonschema.RefResolver("", {}, store=schemas)
    resolver.resolve_remote = lambda uri: (_ for _ in ()).throw(KeyError(f"{uri} is not in the folder"))
    by_type = {}
    for identity, schema in schemas.items():
        if any(part in identity for part in ("/observables/", "/sdos/", "/sros/")):
            by_type[schema["title"]] = jsonschema.Draft202012Validator(schema, resolver=resolver)
    return by_type


def problems(thing, by_type):
    kind = thing["type"]
    if kind in UNKNOWN_TYPES:
        return
    own = OPENCTI_OBSERVABLE if "created" not in thing else OPENCTI_OTHER
    for name in thing:
        if name.startswith("x_") and name not in own:
            yield f"{thing['id']}: {name} is not one of OpenCTI's properties that we send"
    if kind == "artifact":
        # The platform already has the file; the lean object only identifies it.
        thing = {"url": "https://example.org/", **thing}
    standard = {name: value for name, value in thing.items() if name not in own}
    for error in by_type[kind].iter_errors(standard):
        yield f"{thing['id']}: {error.message[:200]} ({'/'.join(map(str, error.absolute_path))})"


def main():
    folder = os.environ.get("STIX_SCHEMAS")
    if not folder:
        print("skipped: STIX_SCHEMAS is not a folder with the schemas")
        return SKIPPED
    by_type = validators(pathlib.Path(folder))
    checked, found = 0, []
    for file in sorted(pathlib.Path(sys.argv[1]).glob("*/*/expected.bundle.json")):
        for thing in json.loads(file.read_text())["objects"]:
            checked += 1
            found += [f"{file.parent.parent.name}/{file.parent.name}: {line}" for line in problems(thing, by_type)]
    broken = {"type": "file", "id": "file--1", "spec_version": "2.1", "hashes": {"MD5": "short"}, "x_new": 1}
    if len(list(problems(broken, by_type))) < 2:
        found.append("the check itself accepts a file that is not STIX")
    print("\n".join(found) or f"{checked} objects are valid STIX 2.1")
    return 1 if found or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
