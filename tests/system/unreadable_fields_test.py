"""If a text or a number cannot be represented, only this value is lost, not the answer, the object or the message that contains it."""

import base64
import json
import unittest

from support import FOUND_MALICIOUS, ROOT, OneConnectorTest, wait_until

# A valid file name on Windows. Half of a surrogate pair is not valid Unicode text, but JSON can represent it.
BAD_NAME = "bad\ud800name.exe"
GOOD_NAME = "bad\ufffdname.exe"
# Members that are kept as text here, because Python's json can write neither this number nor this depth.
ODD_MEMBERS = '"Unused":1e400,"Unread":%s' % ("[" * 5_000 + "]" * 5_000)


class UnreadableFields(OneConnectorTest):
    def answer_with(self, *changes):
        """The text of the answer about a new file, with these replacements (old, new). → the file, the text"""
        file = self.new_file()
        text = (ROOT / "samples" / "file" / "malicious" / "answer.json").read_text()
        sha256 = self.object(file)["hashes"]["SHA-256"]
        answer = json.loads(text)
        # The sample's FileNames would come after the inserted one, and the last of two members with the same name
        # counts.
        answer.pop("FileNames", None)
        answer["FileGeneralInfo"]["Sha256"] = sha256.upper()
        text = json.dumps(answer)
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        return file, text

    def test_an_answer(self):
        file, text = self.answer_with(
            ("{", '{"FileNames":[{"FileName":"bad\\ud800name.exe"}],%s,"Raw":"\xff",' % ODD_MEMBERS))
        with self.fault(self.stack.tip, kind="not_json", body=text):
            work = self.enrich(file)
        self.assertEqual(self.errors(work), [])
        self.assertRegex(self.messages(work)[0], "^Kaspersky zone: red")
        self.assertIn(GOOD_NAME, json.dumps(self.object(file), ensure_ascii=False))

    def test_an_object(self):
        file = self.new_file(name=BAD_NAME)
        self.assert_result(self.enrich(file), FOUND_MALICIOUS)
        self.assert_enriched_as_malicious(file)

    def test_an_object_with_a_number_and_a_depth_that_cannot_be_kept(self):
        file = self.new_file()
        form = '{%s,%s' % (ODD_MEMBERS, json.dumps(self.object(file))[1:])
        found = {"id": file, "standard_id": file, "entity_type": "StixFile", "objectMarking": [], "toStix": form}
        answer = json.dumps({"data": {"stixCoreObject": found}})
        with self.fault(self.stack.opencti, operation="stixCoreObject", kind="not_json", body=answer):
            work = self.enrich(file)
        self.assert_result(work, FOUND_MALICIOUS)
        self.assert_enriched_as_malicious(file)

    def test_a_message_with_a_number_and_a_depth_that_cannot_be_kept(self):
        """In the message's own members, and in the object that it contains."""
        file = self.new_file()
        step = self.stack.opencti.post("/control/playbook_step", entity_id=file)
        odd_file = '{%s,%s' % (ODD_MEMBERS, json.dumps(self.object(file))[1:])
        text = '{"internal":{%s,"work_id":null,"mode":"auto","playbook":%s},"event":{%s,"entity_id":%s,"bundle":%s}}' % (
            ODD_MEMBERS, json.dumps(step), ODD_MEMBERS, json.dumps(file),
            '{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001",%s,"objects":[%s]}' % (ODD_MEMBERS, odd_file))
        self.stack.opencti.post("/control/publish", base64=base64.b64encode(text.encode()).decode())
        wait_until(lambda: [line for line in self.log() if line.get("attributes", {}).get("playbook_execution_id")
                            == step["execution_id"] and line["attributes"].get("outcome") == "found"], "the step is answered")

    def test_a_message_of_a_playbook(self):
        file = self.new_file()
        other = {"type": "file", "spec_version": "2.1", "id": "file--00000000-0000-4000-8000-000000000077", "name": BAD_NAME}
        answer = self.ask_playbook(entity_id=file, objects=[other, self.object(file)])
        self.assertEqual([thing["type"] for thing in answer["bundle"]["objects"]], ["file", "file", "identity", "note"])


if __name__ == "__main__":
    unittest.main()
