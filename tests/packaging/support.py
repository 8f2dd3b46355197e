"""Reads the settings of .env.sample, which another test compares with the table of settings, and manifests."""

import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sampled_settings(text=None):
    """→ {name: (value, whether the user must fill it in)}, in the table's order."""
    lines = (text or (ROOT / ".env.sample").read_text()).splitlines()
    found = (re.fullmatch(r"(#?)([A-Z0-9_]+)=(.*)", line) for line in lines)
    return {match[2]: (match[3], not match[1]) for match in found if match}


def objects(path):
    """→ {kind: object} of a manifest"""
    return {entry["kind"]: entry for entry in yaml.safe_load_all((ROOT / path).read_text())}
