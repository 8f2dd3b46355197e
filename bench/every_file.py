"""A simulated Kaspersky that knows every file, for benchmarks."""

import json

from stack import ROOT


def know_every_file(stack, changing=False):
    """Lets the simulator of TIP know every file as malicious, with a licence without a quota, which a benchmark would use up.
    With `changing`, all answers are different."""
    answer = json.loads((ROOT / "samples" / "file" / "malicious" / "answer.json").read_text())
    answer["LicenseInfo"] = {"AccessType": "Trial"}
    names = {"Md5": 32, "Sha1": 40, "Sha256": 64}
    answer["FileGeneralInfo"].update({name: "E" * digits for name, digits in names.items()})
    stack.tip.post("/control/samples", answers=[answer])
    stack.tip.post("/control/all_files", like="e" * 64, changing=changing)
