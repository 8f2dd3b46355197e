"""The disk of the store is really full: it is a small file system that only this process and its children see."""

import ctypes
import os
import pathlib
import unittest

from callback_test import OPTIONS, Listening
from support import FOUND_MALICIOUS, SystemTest, free_port, new_stack, shared_broker, wait_until

NEW_MOUNTS, NEW_USERS = 0x00020000, 0x10000000
PRIVATE_BELOW = 0x00040000 | 0x00004000
CANNOT_WRITE = "The store cannot be written, continuing without it"
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(libc, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def have_mounts_of_our_own():
    """Makes later mounts invisible to other processes. They end with this process."""
    user, group = os.getuid(), os.getgid()
    call("unshare", NEW_MOUNTS if user == 0 else NEW_MOUNTS | NEW_USERS)
    if user != 0:
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    call("mount", b"none", b"/", None, PRIVATE_BELOW, None)


def setUpModule():
    shared_broker()
    have_mounts_of_our_own()


class Disk:
    """Common methods of these tests, for a subclass of SystemTest."""

    def mount(self):
        self.disk = self.stack.folder / "disk"
        self.disk.mkdir()
        call("mount", b"tmpfs", bytes(self.disk), b"tmpfs", 0, b"size=2m")
        self.addCleanup(call, "umount2", bytes(self.disk), 2)

    def fill(self):
        with open(self.disk / "filler", "wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096):
                    pass
            except OSError as full:
                self.assertIn("No space left", str(full))

    def make_room(self):
        (self.disk / "filler").unlink()


class Store(Disk, SystemTest):
    def setUp(self):
        self.use(new_stack())
        self.mount()
        self.stack.start_connector(KASPERSKY_CACHE_PATH=str(self.disk / "cache.db"))

    def enrich_until(self, line):
        """Enriches until the log has this line, because the store's file may still have a little room. Each enrichment must succeed."""
        for _ in range(200):
            self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
            if self.lines(line):
                return
        self.fail(f"the log never says: {line}")

    def test_it_goes_on_without_and_says_so_and_uses_the_disk_again_when_there_is_room(self):
        self.fill()
        self.enrich_until(CANNOT_WRITE)
        warnings = {line["message"] for line in self.lines(CANNOT_WRITE)}
        self.make_room()
        self.enrich_until("The store can be written again")
        file = self.new_file()
        asked = len(self.lookups())
        for _ in range(2):
            self.assertEqual(self.errors(self.enrich(file)), [])
        self.assertEqual(len(self.lookups()), asked + 1, "answers are cached again")
        self.assertEqual(len(self.lines(CANNOT_WRITE)), len(warnings), "each warning is logged once")
        self.assertEqual(self.stack.connector.stop(), 0)

    def test_a_restart_on_a_full_disk_goes_on_too(self):
        file = self.new_file()
        self.enrich(file)
        self.fill()
        self.stack.connector.kill()
        self.stack.connector.wait()
        self.stack.start_connector(KASPERSKY_CACHE_PATH=str(self.disk / "cache.db"))
        self.assertEqual(self.errors(self.enrich(file)), [])
        self.enrich_until(CANNOT_WRITE)

    def test_where_there_is_not_even_room_for_an_empty_file_it_does_not_start(self):
        self.stack.connector.stop()
        (self.disk / "cache.db").unlink()
        self.fill()
        ended = self.stack.start_connector(wait=False, KASPERSKY_CACHE_PATH=str(self.disk / "cache.db"))
        self.assertEqual(ended.wait(), 78)
        self.assertIn("cache.db cannot be used", ended.output())


class AcceptedMessages(Disk, Listening, SystemTest):
    def test_a_message_that_cannot_be_kept_is_accepted_once_there_is_room(self):
        self.use(new_stack(opencti_options=OPTIONS))
        self.mount()
        self.port = free_port()
        self.stack.start_connector(**self.settings_for(self.stack, self.port, KASPERSKY_CACHE_PATH=str(self.disk / "cache.db")))
        self.fill()
        works = []
        while not self.posts(503):
            self.assertLess(len(works), 200, "a message is rejected before this number")
            works.append(self.stack.enrich(self.new_file()))
            wait_until(lambda: len([post for post in self.posts(202, 503)]) >= len(works), "the message has been posted")
        self.make_room()
        for work in works:
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)


if __name__ == "__main__":
    unittest.main()
