#include "opencti/client/platform.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "net/retry.hpp"
#include "opencti/client/limits.hpp"
#include "opencti/client/needed_rights.hpp"
#include "opencti/in/observable.hpp"
#include "opencti/operations.hpp"
#include "stix/ids.hpp"
#include "text/json.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

namespace opencti {
namespace {

using nlohmann::json;

/// The right may have been granted meanwhile.
constexpr std::chrono::minutes works_asked_again{10};

tl::unexpected<Error> lacking(Error error, const NeededRight& right) {
  return tl::unexpected(named(std::move(error), right));
}

std::optional<std::int64_t> number_at(const json& object, std::string_view key) {
  const auto& value = text::member(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

WorkState work_state(const json& work) {
  const auto& tracking = text::member(work, "tracking");
  const bool complete = text::text_at(work, "status") == "complete";
  return {.id = WorkId(text::text_at(work, "id")),
          .complete = complete,
          .was_complete = complete || !text::text_at(work, "completed_time").empty(),
          .expected = number_at(tracking, "import_expected_number"),
          .processed = number_at(tracking, "import_processed_number")};
}

/// The id at a member of the platform's response; empty if there is none.
Result<std::string> id_at(const json& object, std::string_view key) {
  auto id = text::text_at(object, key);
  if (id.size() > longest_id) return tl::unexpected(another_answer());
  return id;
}

/// The text of a marking. Those that count are shorter than the limit.
std::string marking_text(const json& marking, std::string_view key) {
  constexpr std::size_t longest = 64;
  return text::shortened(text::text_at(marking, key), longest);
}

Result<Marking> read_marking(const json& marking) {
  auto id = id_at(marking, "standard_id");
  if (!id) return tl::unexpected(id.error());
  return Marking{std::move(*id), marking_text(marking, "definition_type"),
                 marking_text(marking, "definition")};
}

Result<Entity> read(const json& found) {
  auto id = id_at(found, "standard_id");
  auto type = id_at(found, "entity_type");
  if (!id || !type) return tl::unexpected(another_answer());
  Entity entity;
  entity.standard_id = std::move(*id);
  entity.entity_type = std::move(*type);
  if (const auto& markings = text::member(found, "objectMarking"); markings.is_array()) {
    if (markings.size() > max_markings) {
      return failure(ErrorKind::malformed,
                     fmt::format("the object has more than {} markings", max_markings));
    }
    for (const auto& marking : markings) {
      auto read = read_marking(marking);
      if (!read) return tl::unexpected(read.error());
      entity.markings.push_back(std::move(*read));
    }
  }
  const auto text = text::text_at(found, "toStix");
  const auto most = std::min(max_values(text.size()), max_values_of_object);
  if (auto stix = text::parse_json(text, {.size = longest_object, .values = most});
      stix && stix->is_object()) {
    entity.creators = creators_of(*stix);
    entity.stix = std::move(*stix);
  }
  return entity;
}

/// The id that a country, a sector or an organization would have under this name.
std::string id_of_name(const std::string& entity_type, const std::string& name) {
  if (entity_type == "Sector") return stix::identity_id("class", name);
  if (entity_type == "Organization") return stix::identity_id("organization", name);
  return stix::location_id(name, entity_type);
}

/// Reads the objects of one response, and keeps no more than is needed of them.
class PresentReader final {
 public:
  explicit PresentReader(const std::vector<std::string>& asked)
      : wanted_(asked.begin(), asked.end()) {}

  /// @returns an object that is known by no id that was asked for and is not taken yet: nothing
  Result<std::optional<stix::PresentObject>> read(const json& node) {
    auto standard_id = id_at(node, "standard_id");
    auto author_ref = id_at(text::member(node, "createdBy"), "standard_id");
    if (!standard_id || !author_ref) return tl::unexpected(another_answer());
    stix::PresentObject object;
    bool known = wanted_.erase(*standard_id) > 0;
    object.other_ids = take_other_ids(node);
    known = known || !object.other_ids.empty();
    if (standard_id->empty() || !known) return std::nullopt;
    object.standard_id = std::move(*standard_id);
    object.author_ref = std::move(*author_ref);
    if (const auto& score = text::member(node, "x_opencti_score"); score.is_number_integer()) {
      object.score = score.get<int>();
    }
    if (const auto& markings = text::member(node, "objectMarking"); markings.is_array()) {
      for (const auto& marking : markings) {
        auto id = id_at(marking, "standard_id");
        if (!id || !fits(room_for_marking_refs_, *id)) return tl::unexpected(another_answer());
        if (!id->empty()) object.marking_refs.push_back(std::move(*id));
      }
    }
    add_name(object, text::text_at(node, "name"));
    for (auto& name : text::texts(text::member(node, "x_opencti_additional_names"))) {
      add_name(object, std::move(name));
    }
    add_name(object, text::text_at(node, "known_as"));
    return object;
  }

 private:
  static bool fits(std::size_t& room, const std::string& text) {
    const auto size = sizeof(text) + text.size();
    if (size > room) return false;
    room -= size;
    return true;
  }

  void add_name(stix::PresentObject& object, std::string name) {
    // Maximum number of names of a file.
    constexpr std::size_t max_names = 100;
    if (name.empty() || object.names.size() >= max_names || !fits(room_for_names_, name)) return;
    object.names.push_back(std::move(name));
  }

  std::vector<std::string> take_other_ids(const json& node) {
    std::vector<std::string> ids;
    const auto take = [&](std::string id) {
      if (wanted_.erase(id) > 0) ids.push_back(std::move(id));
    };
    for (auto& id : text::texts(text::member(node, "x_opencti_stix_ids"))) take(std::move(id));
    if (const auto name = text::text_at(node, "known_as"); !name.empty()) {
      const auto type = text::text_at(node, "entity_type");
      take(id_of_name(type, name));
      for (const auto& alias : text::texts(text::member(node, "x_opencti_aliases"))) {
        take(id_of_name(type, alias));
      }
    }
    return ids;
  }

  /// Ids by which no object is known yet.
  std::set<std::string> wanted_;
  std::size_t room_for_names_ = longest_names;
  std::size_t room_for_marking_refs_ = longest_marking_refs;
};

/// Whether the object has, or once had, this id: its STIX form, if it was requested, has its former
/// ids.
bool is_about(const json& found, const EntityId& id, bool with_stix) {
  return text::text_at(found, "id") == id.text() ||
         text::text_at(found, "standard_id") == id.text() || !with_stix ||
         text::text_at(found, "toStix").find(id.text()) != std::string::npos;
}

/// The id of the work to which the platform assigned a report.
WorkId reported_work(const json& data, std::string_view report) {
  return WorkId(text::text_at(text::member(data, "workEdit"), report));
}

}  // namespace

Result<Entity> GraphqlPlatform::read_entity(const EntityId& id, const DraftId& draft_id,
                                            const WorkId& work_id, const net::Deadline& deadline) {
  auto answer = work_id.empty() || !reports_users_ || works_hidden()
                    ? client_.send(operations::read_entity, {{"id", id.text()}}, draft_id, deadline)
                    : read_with_work(id, draft_id, work_id, deadline);
  // Its markings are always needed; the object itself is in the message too.
  const bool with_stix = answer || answer.error().kind != ErrorKind::too_long;
  if (!with_stix) {
    answer =
        client_.send(operations::read_entity_without_stix, {{"id", id.text()}}, draft_id, deadline);
  }
  if (!answer) return lacking(answer.error(), needed::knowledge);
  if (!answer->data.contains("stixCoreObject")) return tl::unexpected(another_answer());
  const auto& found = text::member(answer->data, "stixCoreObject");
  if (!found.is_object()) {
    return failure(ErrorKind::no_entity,
                   "the object no longer exists, or the connector's user may not see it");
  }
  if (!is_about(found, id, with_stix)) return tl::unexpected(another_answer());
  auto entity = read(found);
  if (!entity) return entity;
  const auto& work = text::member(answer->data, "work");
  // Two requests in the same millisecond share one work, which names the later object.
  const auto source = text::text_at(work, "event_source_id");
  if (source.empty() || source == id.text() || source == entity->standard_id) {
    auto user = id_at(text::member(work, "user"), "id");
    if (!user) return tl::unexpected(user.error());
    entity->caused_by = std::move(*user);
  }
  return entity;
}

Result<Answer> GraphqlPlatform::read_with_work(const EntityId& id, const DraftId& draft_id,
                                               const WorkId& work_id,
                                               const net::Deadline& deadline) {
  const json variables{{"id", id.text()}, {"work", work_id.text()}};
  auto answer = client_.send_once(operations::read_entity_of_work, variables, draft_id, deadline);
  if (!answer && answer.error().temporary()) {
    answer = client_.send(operations::read_entity_of_work, variables, draft_id, deadline);
  }
  if (answer || answer.error().temporary() || answer.error().kind == ErrorKind::stopped)
    return answer;
  // The object is necessary, its work is only useful.
  const auto why = answer.error().kind;
  if (why == ErrorKind::not_understood) reports_users_ = false;
  answer = client_.send(operations::read_entity, {{"id", id.text()}}, draft_id, deadline);
  // The user may read only the object.
  if (why == ErrorKind::forbidden && answer) hide_works();
  return answer;
}

bool GraphqlPlatform::works_hidden() const {
  return std::chrono::steady_clock::now() < works_hidden_until_.load();
}

void GraphqlPlatform::hide_works() {
  works_hidden_until_ = std::chrono::steady_clock::now() + works_asked_again;
  if (said_hidden_.exchange(true)) return;
  log_.warning("The connector's user may not see works, sending results without their work's id",
               {{"right", needed::works.capability},
                {"lost", needed::works.without},
                {"advice",
                 "give the user the role Connector, or its role the capability \"Access "
                 "connectors\""}});
}

Result<Answer> GraphqlPlatform::ask_works(std::string_view document, const json& variables,
                                          const net::Deadline& deadline) {
  if (works_hidden()) {
    return failure(ErrorKind::not_permitted, "the connector's user may not see works");
  }
  auto answer = client_.send(document, variables, {}, deadline);
  if (answer) {
    if (said_hidden_.exchange(false)) log_.info("The connector's user may see works now");
    return answer;
  }
  auto error = named(answer.error(), needed::works);
  if (error.kind == ErrorKind::not_permitted) hide_works();
  return tl::unexpected(std::move(error));
}

Result<std::vector<stix::PresentObject>> GraphqlPlatform::find_objects(
    const std::vector<std::string>& ids, const DraftId& draft_id, const net::Deadline& deadline) {
  const auto answer = client_.send(operations::find_objects, {{"ids", ids}, {"first", ids.size()}},
                                   draft_id, deadline);
  if (!answer) return lacking(answer.error(), needed::knowledge);
  const auto& edges = text::member(text::member(answer->data, "stixCoreObjects"), "edges");
  if (!edges.is_array()) {
    return failure(ErrorKind::malformed, "the platform's answer has no list of objects");
  }
  std::vector<stix::PresentObject> found;
  PresentReader reader(ids);
  for (const auto& edge : edges) {
    auto object = reader.read(text::member(edge, "node"));
    if (!object) return tl::unexpected(object.error());
    if (*object) found.push_back(std::move(**object));
  }
  return found;
}

Result<bool> GraphqlPlatform::work_alive(const WorkId& work_id, const net::Deadline& deadline) {
  const auto answer = ask_works(operations::is_work_alive, {{"id", work_id.text()}}, deadline);
  if (!answer && answer.error().kind == ErrorKind::not_understood) return true;
  if (!answer) return tl::unexpected(answer.error());
  const auto& alive = text::member(answer->data, "isWorkAlive");
  if (!alive.is_boolean()) return tl::unexpected(another_answer());
  return alive.get<bool>();
}

Result<Work> GraphqlPlatform::read_work(const WorkId& work_id, const net::Deadline& deadline) {
  const auto answer = ask_works(operations::read_work, {{"id", work_id.text()}}, deadline);
  if (!answer) return tl::unexpected(answer.error());
  const auto& work = text::member(answer->data, "work");
  if (!answer->data.contains("work") ||
      (work.is_object() && text::text_at(work, "id") != work_id.text())) {
    return tl::unexpected(another_answer());
  }
  const auto& tracking = text::member(work, "tracking");
  Work out{.reported = !text::text_at(work, "processed_time").empty(),
           .expected = number_at(tracking, "import_expected_number").value_or(0),
           .processed = number_at(tracking, "import_processed_number").value_or(0)};
  for (const auto* list : {"messages", "errors"}) {
    const auto& notes = text::member(work, list);
    if (!notes.is_array()) continue;
    for (const auto& note : notes) out.notes.push_back(text::text_at(note, "message"));
  }
  return out;
}

Result<std::vector<WorkState>> GraphqlPlatform::read_works(const std::vector<WorkId>& work_ids,
                                                           const net::Deadline& deadline) {
  json ids = json::array();
  for (const auto& id : work_ids) ids.push_back(id.text());
  const json filters{
      {"mode", "and"},
      {"filters", {{{"key", {"ids"}}, {"values", ids}, {"operator", "eq"}, {"mode", "or"}}}},
      {"filterGroups", json::array()}};
  const auto answer = ask_works(operations::read_works,
                                {{"count", work_ids.size()}, {"filters", filters}}, deadline);
  if (!answer) return tl::unexpected(answer.error());
  const auto& edges = text::member(text::member(answer->data, "works"), "edges");
  if (!edges.is_array()) return failure(ErrorKind::malformed, "the list of works is missing");
  std::vector<WorkState> works;
  for (const auto& edge : edges) works.push_back(work_state(text::member(edge, "node")));
  return works;
}

Result<void> GraphqlPlatform::open_work(const WorkId& work_id, const WorkOpening& opening,
                                        const net::Deadline& deadline) {
  return add_expectations(
      work_id, opening.may_be_open,
      [&](const Work& before) {
        const auto ours = std::max<std::int64_t>(0, before.expected - opening.announced_by_others);
        return std::max<std::int64_t>(0, opening.expectations - ours);
      },
      deadline);
}

Result<void> GraphqlPlatform::begin_work(const WorkId& work_id, const std::string& text,
                                         const net::Deadline& deadline) {
  const auto answer = client_.send(operations::begin_work,
                                   {{"id", work_id.text()}, {"message", text}}, {}, deadline);
  if (!answer) return lacking(answer.error(), needed::connectors);
  if (reported_work(answer->data, "toReceived") != work_id) return tl::unexpected(another_answer());
  return {};
}

Result<void> GraphqlPlatform::expect_at_most(const WorkId& work_id, std::int64_t number,
                                             const net::Deadline& deadline) {
  return add_expectations(
      work_id, true,
      [number](const Work& before) { return std::min<std::int64_t>(0, number - before.expected); },
      deadline);
}

Result<void> GraphqlPlatform::expect_fewer(const WorkId& work_id, std::int64_t number,
                                           const net::Deadline& deadline) {
  bool taken_back = false;
  std::int64_t left = 0;
  return add_expectations(
      work_id, true,
      [&](const Work& before) {
        // The previous request may have arrived, although its response was lost.
        if (std::exchange(taken_back, true)) {
          return std::min<std::int64_t>(0, left - before.expected);
        }
        left = std::max(before.processed, before.expected - number);
        return std::min<std::int64_t>(0, left - before.expected);
      },
      deadline);
}

Result<void> GraphqlPlatform::add_expectations(const WorkId& work_id, bool again,
                                               const Addition& addition,
                                               const net::Deadline& deadline) {
  net::Retry retry({}, deadline);
  WorthRetry worth_retry;
  for (;;) {
    Work before;
    if (again) {
      const auto work = read_work(work_id, deadline);
      if (!work) return tl::unexpected(work.error());
      before = *work;
    }
    const auto number = addition(before);
    if (number == 0) return {};
    const json variables{{"id", work_id.text()},
                         {"first", before.expected == 0},
                         {"message", "Connector ready to process the operation"},
                         {"expectations", number}};
    auto answer = client_.send_once(operations::open_work, variables, {}, deadline);
    if (answer && reported_work(answer->data, "addExpectations") != work_id)
      answer = tl::unexpected(another_answer());
    if (answer) return {};
    if (!worth_retry(answer.error()) || !retry.wait()) {
      return lacking(answer.error(), needed::connectors);
    }
    // The request may have arrived, although its response was lost.
    again = true;
  }
}

Result<void> GraphqlPlatform::close_work(const WorkId& work_id, const std::string& text,
                                         bool in_error, const net::Deadline& deadline) {
  const auto answer = client_.send(
      operations::close_work, {{"id", work_id.text()}, {"message", text}, {"inError", in_error}},
      {}, deadline);
  if (!answer) return lacking(answer.error(), needed::connectors);
  if (reported_work(answer->data, "toProcessed") != work_id)
    return tl::unexpected(another_answer());
  return {};
}

Result<bool> GraphqlPlatform::answer_playbook(const PlaybookStep& step, const PlaybookReply& reply,
                                              std::chrono::system_clock::time_point started,
                                              const net::Deadline& deadline) {
  const auto start = text::timestamp(started) + "+00:00";
  const json variables{{"execution_id", step.execution_id},
                       {"event_id", step.event_id},
                       {"execution_start", start},
                       {"data_instance_id", step.data_instance_id},
                       {"playbook_id", step.playbook_id},
                       {"previous_step_id", step.previous_step_id},
                       {"step_id", step.step_id}};
  const auto answer =
      client_.send_text_once(document_of(reply), request_text(variables, reply), deadline);
  if (!answer) return lacking(answer.error(), needed::connectors);
  const auto& taken = text::member(answer->data, "playbookStepExecution");
  if (!taken.is_boolean()) return tl::unexpected(another_answer());
  return taken.get<bool>();
}

}  // namespace opencti
