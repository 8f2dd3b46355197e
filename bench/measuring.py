"""Reads figures of a process and of the machine from the kernel."""

import os
import pathlib
import platform
import re

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """The user and system time of a process with its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def with_children(pid):
    """The ids of the process and of the processes that it started."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def machine():
    found = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    load = os.getloadavg()[0]
    return (f"Machine: {found[1] if found else platform.machine()}, {os.cpu_count()} cores; "
            f"load before: {load:.1f}{', compare ratios only' if load > 0.5 else ''}")
