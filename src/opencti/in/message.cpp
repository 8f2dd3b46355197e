#include "opencti/in/message.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <tuple>

#include "opencti/in/bundle_text.hpp"
#include "opencti/in/observable.hpp"
#include "opencti/in/salvage.hpp"
#include "text/json_scanner.hpp"

namespace opencti {
namespace {

/// A member to search, and the variable for the text of its value.
struct Wanted {
  std::string_view name;
  std::string_view* text;
};

/// Reads the texts of wanted members, if the scanner's next value is an object; of duplicates the
/// last one. No document is made, independent of its size.
void read_members(text::JsonScanner& scanner, std::initializer_list<Wanted> wanted) {
  for (const auto& member : wanted) *member.text = {};
  if (scanner.next() != text::JsonToken::object) {
    std::ignore = scanner.skip();
    return;
  }
  while (scanner.next() == text::JsonToken::key) {
    std::string_view ignored;
    auto* place = &ignored;
    for (const auto& [name, text] : wanted) {
      if (scanner.is(name)) place = text;
    }
    *place = scanner.skip();
  }
}

/// An id or a name; empty if it is too long.
std::string short_text(std::string_view string) {
  constexpr std::size_t longest = 4096;
  text::JsonScanner scanner(string);
  return string.size() <= longest && scanner.next() == text::JsonToken::string ? scanner.text()
                                                                               : std::string();
}

/// The parts of a message that are read first; the rest stays text.
struct Head {
  std::string_view internal;
  std::string_view entity_id;
  std::string_view entity_type;
  std::string_view force_validation;
  std::string_view stix_entity;
  std::string_view bundle;
};

Result<Head> read_head(std::string_view body) {
  Head head;
  text::JsonScanner scanner(body);
  auto token = scanner.next();
  if (token != text::JsonToken::object && token != text::JsonToken::error) {
    return failure(ErrorKind::malformed, "not a JSON object");
  }
  while (token != text::JsonToken::error && token != text::JsonToken::end) {
    token = scanner.next();
    if (token != text::JsonToken::key) continue;
    if (scanner.is("event")) {
      read_members(scanner, {{"entity_id", &head.entity_id},
                             {"entity_type", &head.entity_type},
                             {"force_validation", &head.force_validation},
                             {"stix_entity", &head.stix_entity},
                             {"bundle", &head.bundle}});
    } else if (scanner.is("internal")) {
      head.internal = scanner.skip();
    } else {
      std::ignore = scanner.skip();
    }
  }
  if (token == text::JsonToken::error) {
    return failure(ErrorKind::malformed,
                   fmt::format("not JSON, at byte {} of {}", scanner.end(), body.size()));
  }
  return head;
}

/// The receiver of the answer.
struct Internal {
  std::string_view work_id;
  std::string_view applicant_id;
  std::string_view draft_id;
  std::string_view mode;
  std::string_view playbook;

  [[nodiscard]] bool is_manual() const { return short_text(mode) == "manual"; }
  [[nodiscard]] bool is_of_playbook() const { return playbook.starts_with('{'); }
};

Internal read_internal(std::string_view text) {
  Internal internal;
  text::JsonScanner scanner(text);
  read_members(scanner, {{"work_id", &internal.work_id},
                         {"applicant_id", &internal.applicant_id},
                         {"draft_id", &internal.draft_id},
                         {"mode", &internal.mode},
                         {"playbook", &internal.playbook}});
  return internal;
}

PlaybookStep read_step(std::string_view text) {
  std::string_view event;
  std::string_view execution;
  std::string_view playbook;
  std::string_view data_instance;
  std::string_view step;
  std::string_view previous_step;
  text::JsonScanner scanner(text);
  read_members(scanner, {{"event_id", &event},
                         {"execution_id", &execution},
                         {"playbook_id", &playbook},
                         {"data_instance_id", &data_instance},
                         {"step_id", &step},
                         {"previous_step_id", &previous_step}});
  return {.event_id = short_text(event),
          .execution_id = short_text(execution),
          .playbook_id = short_text(playbook),
          .data_instance_id = short_text(data_instance),
          .step_id = short_text(step),
          .previous_step_id = short_text(previous_step)};
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

Result<Message> read_message(std::string body) {
  Message message;
  message.body = std::make_shared<const std::string>(std::move(body));
  const auto head = read_head(*message.body);
  if (!head) return salvage_message(std::move(message.body), head.error().message, true);
  const auto internal = read_internal(head->internal);

  message.work_id = WorkId(short_text(internal.work_id));
  message.applicant_id = short_text(internal.applicant_id);
  message.draft_id = DraftId(short_text(internal.draft_id));
  message.mode = internal.is_manual() ? Mode::manual : Mode::automatic;
  message.force_validation = head->force_validation == "true";
  message.entity_id = EntityId(short_text(head->entity_id));
  message.entity_type = short_text(head->entity_type);
  if (internal.is_of_playbook()) {
    message.mode = Mode::playbook;
    message.playbook = read_step(internal.playbook);
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
    message.stix_entity = read_object_text(object_text(message.bundle, message.entity_id.text()));
  } else {
    text::JsonScanner scanner(message.carried);
    if (scanner.next() == text::JsonToken::string) {
      message.stix_entity = read_object_text(scanner.text());
    }
    // The text is not needed any more.
    message.carried = {};
    message.body.reset();
  }
  if (message.entity_type.empty()) message.entity_type = entity_type_of(message.stix_entity);
}

}  // namespace opencti
