#include "opencti/message.hpp"

#include <fmt/format.h>

#include <tuple>

#include "net/json.hpp"
#include "net/json_scanner.hpp"
#include "opencti/bundle_text.hpp"
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

constexpr net::JsonLimits of_internal{.size = std::size_t{256} * 1024, .values = 1'000};

/// What of a message is read at first: the rest stays text.
struct Head {
  std::string_view internal;
  std::string_view entity_id;
  std::string_view entity_type;
  std::string_view force_validation;
  std::string_view stix_entity;
  std::string_view bundle;
};

/// Ids and names; what is longer is none.
std::string short_text(std::string_view string) {
  constexpr std::size_t longest = 4096;
  net::JsonScanner scanner(string);
  return string.size() <= longest && scanner.next() == net::JsonToken::string ? scanner.text()
                                                                              : std::string();
}

/// With the scanner on the name of the event.
void read_event(net::JsonScanner& scanner, Head& head) {
  head = {.internal = head.internal};
  if (scanner.next() != net::JsonToken::object) {
    std::ignore = scanner.skip();
    return;
  }
  while (scanner.next() == net::JsonToken::key) {
    std::string_view ignored;
    auto& value = scanner.is("entity_id")          ? head.entity_id
                  : scanner.is("entity_type")      ? head.entity_type
                  : scanner.is("force_validation") ? head.force_validation
                  : scanner.is("stix_entity")      ? head.stix_entity
                  : scanner.is("bundle")           ? head.bundle
                                                   : ignored;
    value = scanner.skip();
  }
}

Result<Head> read_head(std::string_view body) {
  Head head;
  net::JsonScanner scanner(body);
  auto token = scanner.next();
  if (token != net::JsonToken::object && token != net::JsonToken::error) {
    return failure(ErrorKind::malformed, "not a JSON object");
  }
  while (token != net::JsonToken::error && token != net::JsonToken::end) {
    token = scanner.next();
    if (token != net::JsonToken::key) continue;
    if (scanner.is("event")) {
      read_event(scanner, head);
    } else if (scanner.is("internal")) {
      head.internal = scanner.skip();
    } else {
      std::ignore = scanner.skip();
    }
  }
  if (token == net::JsonToken::error) {
    return failure(ErrorKind::malformed,
                   fmt::format("not JSON, at byte {} of {}", scanner.end(), body.size()));
  }
  return head;
}

/// Of a message that cannot be read, what tells whom to answer.
Result<Message> salvaged(std::shared_ptr<const std::string> body, const Error& defect) {
  auto found = salvage(*body);
  if (found.work_id.empty() && !found.playbook) return tl::unexpected(defect);
  found.body = std::move(body);
  found.defect = defect.message;
  return found;
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

bool is_automatic(std::string_view body) {
  const auto head = read_head(body);
  if (!head) return false;
  const auto internal = net::parse_json(head->internal, of_internal).value_or(json());
  return net::text_at(internal, "mode") != "manual" &&
         !net::member(internal, "playbook").is_object();
}

Result<Message> read_message(std::string body) {
  Message message;
  message.body = std::make_shared<const std::string>(std::move(body));
  const auto head = read_head(*message.body);
  if (!head) return salvaged(std::move(message.body), head.error());
  const auto parsed = net::parse_json(head->internal.empty() ? "{}" : head->internal, of_internal);
  if (!parsed) {
    return salvaged(std::move(message.body),
                    {ErrorKind::malformed, "the field internal is " + parsed.error().message});
  }
  const auto& internal = *parsed;

  message.work_id = net::text_at(internal, "work_id");
  message.applicant_id = net::text_at(internal, "applicant_id");
  message.draft_id = net::text_at(internal, "draft_id");
  message.mode = net::text_at(internal, "mode") == "manual" ? Mode::manual : Mode::automatic;
  message.force_validation = head->force_validation == "true";
  message.entity_id = short_text(head->entity_id);
  message.entity_type = short_text(head->entity_type);
  if (const auto& playbook = net::member(internal, "playbook"); playbook.is_object()) {
    message.mode = Mode::playbook;
    message.playbook = step_of(playbook);
    message.bundle = head->bundle;
  } else {
    message.carried = head->stix_entity;
  }
  if (message.entity_id.empty()) {
    message.defect = "the field event.entity_id is missing";
    if (message.work_id.empty() && !message.playbook) {
      return failure(ErrorKind::malformed, message.defect);
    }
  }
  return message;
}

void read_object(Message& message) {
  if (message.playbook) {
    message.stix_entity = read_object_text(object_text(message.bundle, message.entity_id));
  } else {
    net::JsonScanner scanner(message.carried);
    if (scanner.next() == net::JsonToken::string) {
      message.stix_entity = read_object_text(scanner.text());
    }
    // Nothing of the text is needed any more.
    message.carried = {};
    message.body.reset();
  }
  if (message.entity_type.empty()) message.entity_type = entity_type_of(message.stix_entity);
}

}  // namespace opencti
