"""Searches for the smallest set of faults with which a run still fails."""

import time


def shrink(faults, fails, seconds, now=time.monotonic):
    """Leaves out halves, then quarters, and so on, while there is time. `fails(faults)` runs with only these faults. A run that fails at
    random may pass once, so the remaining faults are sufficient, but not always the smallest set. → the remaining faults
    """
    end = now() + seconds
    parts = 2
    while faults:
        parts = min(parts, len(faults))
        for part in split(faults, parts):
            if now() >= end:
                return faults
            rest = [fault for fault in faults if fault not in part]
            if fails(rest):
                faults, parts = rest, max(2, parts - 1)
                break
        else:
            if parts == len(faults):
                return faults
            parts *= 2
    return faults


def split(faults, parts):
    borders = [len(faults) * part // parts for part in range(parts + 1)]
    return [faults[begin:end] for begin, end in zip(borders, borders[1:])]
