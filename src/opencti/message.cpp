#include "opencti/message.hpp"

#include "net/json.hpp"
#include "opencti/observable.hpp"
#include "opencti/salvage.hpp"

namespace opencti {
namespace {

using nlohmann::json;

PlaybookStep step_of(const json& playbook) {
  return {.event_id = net::text_at(playbook, "event_id"),
          .execution_id = net::text_at(playbook, "execution_id"),
          .playbook_id = net::text_at(playbook, "playbook_id"),
          .data_instance_id = net::text_at(playbook, "data_instance_id"),
          .step_id = net::text_at(playbook, "step_id"),
          .previous_step_id = net::text_at(playbook, "previous_step_id")};
}

/// The object with this id among the bundle's; null when it is not there.
json find_object(const json& bundle, const std::string& id) {
  const auto& objects = net::member(bundle, "objects");
  if (!objects.is_array()) return {};
  for (const auto& object : objects) {
    if (net::text_at(object, "id") == id) return object;
  }
  return {};
}

}  // namespace

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::manual:
      return "manual";
    case Mode::automatic:
      return "automatic";
    case Mode::playbook:
      break;
  }
  return "playbook";
}

Result<Message> read_message(std::string_view body) {
  constexpr std::size_t largest = std::size_t{64} * 1024 * 1024;
  const auto parsed = net::parse_json(body, {.size = largest, .values = largest});
  if (!parsed) {
    auto salvaged = salvage(body);
    salvaged.defect = parsed.error().message;
    if (salvaged.work_id.empty() && !salvaged.playbook) {
      return failure(ErrorKind::malformed, salvaged.defect);
    }
    return salvaged;
  }
  if (!parsed->is_object()) return failure(ErrorKind::malformed, "not a JSON object");
  const auto& internal = net::member(*parsed, "internal");
  const auto& event = net::member(*parsed, "event");

  Message message;
  message.work_id = net::text_at(internal, "work_id");
  message.applicant_id = net::text_at(internal, "applicant_id");
  message.draft_id = net::text_at(internal, "draft_id");
  message.mode = net::text_at(internal, "mode") == "manual" ? Mode::manual : Mode::automatic;
  message.force_validation = net::member(event, "force_validation") == json(true);
  message.entity_id = net::text_at(event, "entity_id");
  message.entity_type = net::text_at(event, "entity_type");
  if (const auto& playbook = net::member(internal, "playbook"); playbook.is_object()) {
    message.mode = Mode::playbook;
    message.playbook = step_of(playbook);
    message.bundle = net::member(event, "bundle");
    message.stix_entity = find_object(message.bundle, message.entity_id);
  } else if (auto stix = net::parse_json(net::text_at(event, "stix_entity"), {.size = largest})) {
    if (stix->is_object()) message.stix_entity = std::move(*stix);
  }
  if (message.entity_type.empty()) message.entity_type = entity_type_of(message.stix_entity);
  if (message.entity_id.empty()) {
    message.defect = "the field event.entity_id is missing";
    if (message.work_id.empty() && !message.playbook) {
      return failure(ErrorKind::malformed, message.defect);
    }
  }
  return message;
}

}  // namespace opencti
