// Any bytes as a message, from the queue or posted. A message that can be read is answered, or its
// work fails. Reading never crashes, a playbook's bundle can be returned, and it all needs no more
// memory than was leased from the budget.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "app/memory_limit.hpp"
#include "enrichment/question.hpp"
#include "fuzz/heap.hpp"
#include "fuzz/require.hpp"
#include "opencti/in/message.hpp"
#include "opencti/in/observable.hpp"
#include "opencti/in/salvage.hpp"
#include "opencti/out/playbook_reply.hpp"
#include "runtime/lookup_policy.hpp"
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
          .granted_refs = {"identity--5e0b1a0c-0000-4000-8000-000000000001",
                           "identity--5e0b1a0c-0000-4000-8000-000000000002"}};
}

/// The memory of one document before and after a change, which a worker has in addition to the
/// budget.
constexpr std::size_t one_object =
    2 * (std::size_t{10'000} * text::bytes_per_value + std::size_t{1024} * 1024);

/// Nothing if it would be too large.
std::optional<std::string> changed_bundle(std::string_view bundle,
                                          const opencti::BundleChange& change) {
  const auto size = opencti::changed_size(bundle, change);
  if (!size) return std::nullopt;
  auto changed = opencti::changed_bundle(bundle, change, *size);
  require(changed && changed->size() == *size);
  return changed;
}

/// Does with a message what the pipeline does, as far as it needs memory.
void work_on(const std::string& body) {
  const fuzz::HeapPeak peak;
  auto message = opencti::read_message(body);
  require(message.has_value());
  opencti::read_object(*message);
  std::size_t growth = 0;
  if (message->playbook && opencti::is_bundle(message->bundle)) {
    const auto& change = change_of(*message);
    static_cast<void>(opencti::shared_size(message->bundle, change.granted_refs, {}));
    if (const auto changed = changed_bundle(message->bundle, change)) {
      growth = opencti::cost_of_growth(message->bundle.size(), changed->size());
      const opencti::PlaybookReply reply{.bundle = message->bundle, .changed = *changed};
      static_cast<void>(opencti::request_text({{"step_id", "s"}}, reply));
    }
  }
  require(peak.bytes() <= app::cost_of_message(body.size()) + one_object + growth);
}

void hand_back(const opencti::Message& message) {
  if (!opencti::is_bundle(message.bundle)) return;
  const auto change = change_of(message);
  const auto changed = changed_bundle(message.bundle, change);
  require(changed.has_value());
  require(opencti::is_bundle(*changed));
  const opencti::PlaybookReply reply{.bundle = message.bundle, .changed = *changed};
  const auto request = text::parse_json(opencti::request_text({{"step_id", "s"}}, reply));
  require(request.has_value());
  // Invalid UTF-8 is replaced when the text is read.
  require(text::text_at(text::member(*request, "variables"), "previous_bundle") ==
          text::valid_utf8(message.bundle));
  // A second change with the same values changes nothing.
  require(changed_bundle(*changed, change) == *changed);
}

/// An id in other systems' messages; longer texts are not ids.
std::string id_at(const json& object, const char* name) {
  constexpr std::size_t longest = 1000;
  auto id = text::text_at(object, name);
  return id.size() <= longest ? id : std::string();
}

/// Reads the same values from a document, and compares them: the message names who is answered.
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

/// Ids that are found in a text that is not JSON must be in that text.
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

/// Set by same_as_python.py, for inputs that are known to be messages.
bool every_input_is_a_message() {
  static const bool so = std::getenv("EVERY_INPUT_IS_A_MESSAGE") != nullptr;
  return so;
}

/// Longer inputs take seconds: for them, only the memory is checked.
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
