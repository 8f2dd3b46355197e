"""A real limit on the memory of the connector's process: a control group if one can be created, else a limit on its address space."""

import os
import pathlib
import re
import resource
import secrets

HIERARCHY = pathlib.Path("/sys/fs/cgroup")


def status_of(pid, field):
    """The value of a field of /proc/PID/status, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field + ":"))


def _own_groups():
    """The folders of this process's control groups that may limit memory; version 2 first."""
    lines = pathlib.Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    for controllers, path in sorted(line.split(":", 2)[1:] for line in lines):
        if controllers == "":
            yield HIERARCHY / path.lstrip("/")
        elif "memory" in controllers.split(","):
            yield HIERARCHY / "memory" / path.lstrip("/")


class ControlGroup:
    """A control group of version 2 or 1. Call remove() when no process is in it any more."""

    FILES = ({"limit": "memory.max", "peak": "memory.peak", "kills": "memory.events", "swap": ("memory.swap.max", "0")},
             {"limit": "memory.limit_in_bytes", "peak": "memory.max_usage_in_bytes", "kills": "memory.oom_control",
              "swap": ("memory.swappiness", "0")})

    def __init__(self, folder, files):
        self._folder = folder
        self._files = files
        name, value = files["swap"]
        try:
            (folder / name).write_text(value, encoding="ascii")
        except OSError:
            pass  # Swap cannot be limited here, because there is none.

    @classmethod
    def make(cls):
        """→ a new group, or None if no group can be created that limits memory."""
        for own in _own_groups():
            folder = own / f"kaspersky-enrichment-test-{secrets.token_hex(4)}"
            try:
                folder.mkdir()
            except OSError:
                continue
            for files in cls.FILES:
                if os.access(folder / files["limit"], os.W_OK):
                    return cls(folder, files)
            folder.rmdir()
        return None

    def starter(self, program, folder):
        """→ a script that starts this program inside the group."""
        script = folder / "in-control-group"
        script.write_text(f"#!/bin/sh\necho $$ >'{self._folder}/cgroup.procs' && exec '{program}' \"$@\"\n", encoding="ascii")
        script.chmod(0o755)
        return script

    def limit(self, pid, size):
        del pid
        (self._folder / self._files["limit"]).write_text(str(size), encoding="ascii")

    def told(self):
        """The peak memory, as a text."""
        peak = self._folder / self._files["peak"]
        return f"control group: peak {int(peak.read_text()) >> 20} MiB" if peak.exists() else "control group"

    def kills(self):
        """How many of its processes the kernel killed because memory ran out."""
        return int(re.search(r"(?m)^oom_kill (\d+)$", (self._folder / self._files["kills"]).read_text()).group(1))

    def remove(self):
        self._folder.rmdir()


class AddressSpace:
    """Limits how much more memory the process may map. It maps more than it uses: buffers are reserved in their maximum size, and
    threads have their own stacks and heaps. `SLACK` is for these."""

    SLACK = 256 << 20

    def starter(self, program, folder):
        del folder
        return program

    def limit(self, pid, size):
        most = status_of(pid, "VmSize") - status_of(pid, "VmRSS") + size + self.SLACK
        resource.prlimit(pid, resource.RLIMIT_AS, (most, most))

    def told(self):
        return "address space"

    def kills(self):
        return 0

    def remove(self):
        pass


def real_limit():
    return ControlGroup.make() or AddressSpace()
