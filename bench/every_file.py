"""A Kaspersky that knows every file: what benchmarks ask."""

import json

from stack import ROOT


def know_every_file(stack, changing=False):
    """Makes TIP's simulator know every file as malicious, under a licence without a quota, which a benchmark would use up.
    With `changing` no two answers are the same."""
    answer = json.loads((ROOT / "samples" / "file" / "malicious" / "answer.json").read_text())
    answer["LicenseInfo"] = {"AccessType": "Trial"}
    names = {"Md5": 32, "Sha1": 40, "Sha256": 64}
    answer["FileGeneralInfo"].update({name: "E" * digits for name, digits in names.items()})
    stack.tip.post("/control/samples", answers=[answer])
    stack.tip.post("/control/all_files", like="e" * 64, changing=changing)
