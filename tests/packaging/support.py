"""The settings as .env.sample has them, which is held against the table of settings by a test of its own."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sampled_settings(text=None):
    """→ {name: (value, whether it waits for a value)}, in the table's order."""
    lines = (text or (ROOT / ".env.sample").read_text()).splitlines()
    found = (re.fullmatch(r"(#?)([A-Z0-9_]+)=(.*)", line) for line in lines)
    return {match[2]: (match[3], not match[1]) for match in found if match}
