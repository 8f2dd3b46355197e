"""A text or number that cannot be kept costs itself, not the answer, the object or the message that it came in."""

import json
import unittest

from support import FOUND_MALICIOUS, ROOT, OneConnectorTest

# A legal name of a file on Windows. Neither half of a pair is text by itself, and JSON can carry it.
BAD_NAME = "bad\ud800name.exe"
GOOD_NAME = "bad\ufffdname.exe"


class UnreadableFields(OneConnectorTest):
    def answer_with(self, *changes):
        """The answer about a new file, as text in which each of the first is replaced by the second. → that file"""
        file = self.new_file()
        text = (ROOT / "samples" / "file" / "malicious" / "answer.json").read_text()
        sha256 = self.object(file)["hashes"]["SHA-256"]
        answer = json.loads(text)
        # Its own names would come after ours, and the last of two fields of one name counts.
        answer.pop("FileNames", None)
        answer["FileGeneralInfo"]["Sha256"] = sha256.upper()
        text = json.dumps(answer)
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        return file, text

    def test_an_answer(self):
        deep = "[" * 5_000 + "]" * 5_000
        file, text = self.answer_with(
            ("{", '{"FileNames":[{"FileName":"bad\\ud800name.exe"}],"Unused":1e400,"Unread":%s,"Raw":"\xff",' % deep))
        with self.fault(self.stack.tip, kind="not_json", body=text):
            work = self.enrich(file)
        self.assertEqual(self.errors(work), [])
        self.assertRegex(self.messages(work)[0], "^Kaspersky says zone red")
        self.assertIn(GOOD_NAME, json.dumps(self.object(file), ensure_ascii=False))

    def test_an_object(self):
        file = self.new_file(name=BAD_NAME)
        self.assert_result(self.enrich(file), FOUND_MALICIOUS)
        self.assert_enriched_as_malicious(file)

    def test_a_message_of_a_playbook(self):
        file = self.new_file()
        other = {"type": "file", "spec_version": "2.1", "id": "file--00000000-0000-4000-8000-000000000077", "name": BAD_NAME}
        answer = self.ask_playbook(entity_id=file, objects=[other, self.object(file)])
        self.assertEqual([thing["type"] for thing in answer["bundle"]["objects"]], ["file", "file", "identity", "note"])


if __name__ == "__main__":
    unittest.main()
