// Any bytes as a message from the queue: it is read, or refused in one line; what the pipeline
// reads of it never fails, and a playbook's bundle can be handed back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "enrichment/question.hpp"
#include "net/json.hpp"
#include "opencti/message.hpp"
#include "opencti/observable.hpp"
#include "opencti/sharing.hpp"
#include "runtime/gates.hpp"
#include "stix/bundle.hpp"

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
  const auto observable = opencti::read_observable(message.stix_entity);
  std::vector<nlohmann::json> objects{opencti::lean_object(observable, some_update())};
  if (const auto& listed = net::member(message.bundle, "objects"); listed.is_array()) {
    for (const auto& object : listed) {
      objects.push_back(opencti::updated_object(object, some_update()));
    }
  }
  opencti::share_with(objects, opencti::granted_refs(message.stix_entity));
  stix::Bundle bundle;
  for (const auto& object : objects) bundle.add(object);
  const auto text = bundle.dump("bundle--00000000-0000-4000-8000-000000000001");
  // It may be two levels deeper than what came, by our own additions.
  require(net::parse_json(text, {.size = std::size_t{1} << 30, .depth = 70}).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto message = opencti::read_message(text);
  if (!message) {
    const auto& why = message.error().message;
    require(!why.empty() && why.size() < 400 && why.find('\n') == std::string::npos);
    return 0;
  }
  require(!message->entity_id.empty() || !message->defect.empty());
  static_cast<void>(opencti::name_of(message->mode));
  static_cast<void>(runtime::in_scope({"StixFile", "Url"}, message->entity_type));
  const auto observable = opencti::read_observable(message->stix_entity);
  static_cast<void>(runtime::strictest_tlp({}, observable.marking_refs));
  const auto question = enrichment::question_about(observable);
  require(question ? !question->value.empty() : !question.error().empty());
  hand_back(*message);
  return 0;
}
