// Any bytes as a message from the queue: it is read, or refused in one line; what the pipeline
// reads of it never fails, and a playbook's bundle can be handed back.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "enrichment/question.hpp"
#include "net/json.hpp"
#include "net/json_scanner.hpp"
#include "opencti/message.hpp"
#include "opencti/observable.hpp"
#include "opencti/playbook_reply.hpp"
#include "runtime/gates.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

stix::ObservableUpdate some_update() {
  stix::ObservableUpdate update;
  update.score = 80;
  update.hashes = {{"MD5", "00112233445566778899aabbccddeeff"}};
  update.size = 7;
  update.additional_names = {"a.exe"};
  update.labels = {"kaspersky:red"};
  update.external_references = {{{"source_name", "Kaspersky"}, {"url", "https://example.com/"}}};
  update.created_by_ref = "identity--204d1078-cb63-5ef2-b6ae-aef1df5bb8a9";
  return update;
}

void hand_back(const opencti::Message& message) {
  if (!opencti::is_bundle(message.bundle)) return;
  const opencti::BundleChange change{.id = message.entity_id,
                                     .update = some_update(),
                                     .objects = {{{"id", "note--1"}, {"type", "note"}}},
                                     .granted_refs = {"identity--1"}};
  const auto changed = opencti::changed_bundle(message.bundle, change);
  require(opencti::is_bundle(changed));
  const opencti::PlaybookReply reply{.bundle = message.bundle, .changed = changed};
  const auto request = net::parse_json(opencti::request_text({{"step_id", "s"}}, reply));
  require(request.has_value());
  // What is not UTF-8 is replaced as it is read.
  require(net::text_at(net::member(*request, "variables"), "previous_bundle") ==
          net::valid_utf8(message.bundle));
  // Once more changes nothing.
  require(opencti::changed_bundle(changed, change) == changed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto message = opencti::read_message(text);
  if (!message) {
    const auto& why = message.error().message;
    require(!why.empty() && why.size() < 400 && why.find('\n') == std::string::npos);
    return 0;
  }
  require(!message->entity_id.empty() || !message->defect.empty());
  opencti::read_object(*message);
  static_cast<void>(opencti::name_of(message->mode));
  static_cast<void>(runtime::in_scope({"StixFile", "Url"}, message->entity_type));
  const auto observable = opencti::read_observable(message->stix_entity);
  static_cast<void>(runtime::strictest_tlp({}, observable.marking_refs));
  const auto question = enrichment::question_about(observable);
  require(question ? !question->value.empty() : !question.error().empty());
  hand_back(*message);
  return 0;
}
