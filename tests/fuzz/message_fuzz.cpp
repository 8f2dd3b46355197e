// Any bytes as a message, from the queue or posted: JSON that can be read as a message is answered,
// or its work fails; reading never crashes, a playbook's bundle can be returned, and all needs no
// more memory than leased from the budget.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/memory_limit.hpp"
#include "enrichment/question.hpp"
#include "fuzz/heap.hpp"
#include "fuzz/require.hpp"
#include "opencti/in/message.hpp"
#include "opencti/in/observable.hpp"
#include "opencti/in/salvage.hpp"
#include "opencti/out/playbook_reply.hpp"
#include "runtime/gates.hpp"
#include "text/json.hpp"
#include "text/json_scanner.hpp"

namespace {

using fuzz::require;
using nlohmann::json;

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

opencti::BundleChange change_of(const opencti::Message& message) {
  return {.id = message.entity_id.text(),
          .update = some_update(),
          .objects = {{{"id", "note--1"}, {"type", "note"}}},
          .granted_refs = {"identity--1"}};
}

/// As a document, before and after it is changed: what a worker has beside the budget.
constexpr std::size_t one_object =
    2 * (std::size_t{10'000} * text::bytes_per_value + std::size_t{1024} * 1024);

/// What the pipeline does, with what it takes of memory.
void work_on(const std::string& body) {
  const fuzz::HeapPeak peak;
  auto message = opencti::read_message(body);
  require(message.has_value());
  opencti::read_object(*message);
  if (message->playbook && opencti::is_bundle(message->bundle)) {
    const auto changed = opencti::changed_bundle(message->bundle, change_of(*message));
    const opencti::PlaybookReply reply{.bundle = message->bundle, .changed = changed};
    static_cast<void>(opencti::request_text({{"step_id", "s"}}, reply));
  }
  require(peak.bytes() <= app::cost_of_message(body.size()) + one_object);
}

void hand_back(const opencti::Message& message) {
  if (!opencti::is_bundle(message.bundle)) return;
  const auto change = change_of(message);
  const auto changed = opencti::changed_bundle(message.bundle, change);
  require(opencti::is_bundle(changed));
  const opencti::PlaybookReply reply{.bundle = message.bundle, .changed = changed};
  const auto request = text::parse_json(opencti::request_text({{"step_id", "s"}}, reply));
  require(request.has_value());
  // What is not UTF-8 is replaced as it is read.
  require(text::text_at(text::member(*request, "variables"), "previous_bundle") ==
          text::valid_utf8(message.bundle));
  // Once more changes nothing.
  require(opencti::changed_bundle(changed, change) == changed);
}

/// An id as others write it; longer texts are none.
std::string id_at(const json& object, const char* name) {
  constexpr std::size_t longest = 1000;
  auto id = text::text_at(object, name);
  return id.size() <= longest ? id : std::string();
}

/// The same read from a document: whom it names is answered.
void compare(const std::string& text, const opencti::Result<opencti::Message>& message) {
  const auto document = text::parse_json(text, {.depth = 1'000, .values = 2'000'000});
  if (!document || !document->is_object()) return;
  const auto& internal = text::member(*document, "internal");
  const auto work = id_at(internal, "work_id");
  const auto& playbook = text::member(internal, "playbook");
  const auto entity = id_at(text::member(*document, "event"), "entity_id");
  if (work.empty() && !playbook.is_object() && entity.empty()) return;
  require(message.has_value());
  require(work.empty() || message->work_id.text() == work);
  require(entity.empty() || message->entity_id.text() == entity);
  require(message->playbook.has_value() == playbook.is_object());
  if (!message->playbook) return;
  const auto step = id_at(playbook, "step_id");
  require(step.empty() || message->playbook->step_id == step);
}

/// Ids found in what is not JSON stand there.
void look_for_ids(const std::string& text) {
  const auto found = opencti::salvage(text);
  require(text.find(found.work_id.text()) != std::string::npos);
  require(found.work_id.empty() || found.work_id.text().starts_with("work_"));
  if (!found.playbook) return;
  const auto& step = *found.playbook;
  require(!step.execution_id.empty() && !step.playbook_id.empty() && !step.step_id.empty());
  require(text.find(step.execution_id) != std::string::npos);
  if (opencti::is_bundle(found.bundle)) hand_back(found);
}

/// Set by a run over inputs of which it is known: see same_as_python.py.
bool every_input_is_a_message() {
  static const bool so = std::getenv("EVERY_INPUT_IS_A_MESSAGE") != nullptr;
  return so;
}

/// What is longer takes seconds: of that only the memory is looked at.
constexpr std::size_t longest_in_detail = std::size_t{64} * 1024;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto message = opencti::read_message(text);
  if (text.size() <= longest_in_detail) compare(text, message);
  if (every_input_is_a_message()) {
    require(message.has_value());
    return 0;
  }
  if (text.size() > longest_in_detail) {
    if (message) work_on(text);
    return 0;
  }
  look_for_ids(text);
  if (!message) {
    const auto& why = message.error().message;
    require(why.size() < 400 && fuzz::is_line(why));
    return 0;
  }
  require(!message->entity_id.empty() || !message->defect.empty());
  work_on(text);
  opencti::read_object(*message);
  static_cast<void>(opencti::name_of(message->mode));
  static_cast<void>(runtime::in_scope({"StixFile", "Url"}, message->entity_type));
  const auto observable = opencti::read_observable(message->stix_entity);
  static_cast<void>(runtime::strictest_markings({}, observable.marking_refs));
  const auto question = enrichment::question_about(observable);
  require(question ? !question->value.empty() : !question.error().empty());
  hand_back(*message);
  return 0;
}
