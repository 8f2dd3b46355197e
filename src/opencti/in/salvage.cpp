#include "opencti/in/salvage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "text/json_scanner.hpp"

namespace opencti {
namespace {

constexpr std::size_t longest_id = 256;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_of_an_id(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == ':' ||
         c == '.';
}

/// The text after `"name":` and blanks; empty if the name does not occur. A name inside a JSON
/// string has backslashes before its quotes.
std::string_view after(std::string_view body, std::string_view name) {
  const auto quoted = fmt::format("\"{}\"", name);
  for (auto at = body.find(quoted); at != std::string_view::npos;
       at = body.find(quoted, at + quoted.size())) {
    auto rest = body.substr(at + quoted.size());
    const auto skip_blanks = [&] {
      const auto end = std::find_if_not(rest.begin(), rest.end(), is_blank);
      rest.remove_prefix(static_cast<std::size_t>(end - rest.begin()));
    };
    skip_blanks();
    if (!rest.starts_with(':')) continue;
    rest.remove_prefix(1);
    skip_blanks();
    return rest;
  }
  return {};
}

std::string id_at(std::string_view body, std::string_view name) {
  auto rest = after(body, name);
  if (!rest.starts_with('"')) return {};
  rest = rest.substr(1, longest_id + 1);
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_of_an_id);
  if (end == rest.end() || *end != '"') return {};
  return {rest.begin(), end};
}

/// The object at the beginning of the text; empty if there is no valid one.
std::string_view object_at(std::string_view text) {
  text::JsonScanner scanner(text);
  return scanner.next() == text::JsonToken::object ? scanner.skip() : std::string_view();
}

}  // namespace

namespace {

Message salvage_ids(std::string_view whole) {
  Message message;
  // The object in the message may have members with the same names.
  const auto internal = after(whole, "internal");
  const auto body = internal.empty() ? whole : internal;
  if (auto work = id_at(body, "work_id"); work.starts_with("work_")) {
    message.work_id = WorkId(std::move(work));
  }
  message.mode = id_at(body, "mode") == "manual" ? Mode::manual : Mode::automatic;
  const auto event = after(whole, "event");
  message.entity_id = EntityId(id_at(event, "entity_id"));
  message.entity_type = id_at(event, "entity_type");
  PlaybookStep step{.event_id = id_at(body, "event_id"),
                    .execution_id = id_at(body, "execution_id"),
                    .playbook_id = id_at(body, "playbook_id"),
                    .data_instance_id = id_at(body, "data_instance_id"),
                    .step_id = id_at(body, "step_id"),
                    .previous_step_id = id_at(body, "previous_step_id")};
  if (step.execution_id.empty() || step.playbook_id.empty() || step.step_id.empty()) return message;
  message.mode = Mode::playbook;
  message.playbook = std::move(step);
  return message;
}

}  // namespace

Message salvage(std::string_view body) {
  auto message = salvage_ids(body);
  if (message.playbook) message.bundle = object_at(after(body, "bundle"));
  return message;
}

Result<Message> salvage_message(std::shared_ptr<const std::string> body, std::string defect,
                                bool with_bundle) {
  auto message = with_bundle ? salvage(*body) : salvage_ids(*body);
  if (message.work_id.empty() && !message.playbook) {
    return failure(ErrorKind::malformed, std::move(defect));
  }
  message.body = std::move(body);
  message.defect = std::move(defect);
  return message;
}

}  // namespace opencti
