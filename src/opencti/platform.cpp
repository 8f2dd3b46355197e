#include "opencti/platform.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "net/json.hpp"
#include "opencti/operations.hpp"

namespace opencti {
namespace {

using nlohmann::json;

Entity read(const json& found) {
  Entity entity;
  entity.standard_id = net::text_at(found, "standard_id");
  entity.entity_type = net::text_at(found, "entity_type");
  if (const auto& markings = net::member(found, "objectMarking"); markings.is_array()) {
    for (const auto& marking : markings) {
      entity.markings.push_back({net::text_at(marking, "standard_id"),
                                 net::text_at(marking, "definition_type"),
                                 net::text_at(marking, "definition")});
    }
  }
  if (auto stix = net::parse_json(net::text_at(found, "toStix")); stix && stix->is_object()) {
    entity.stix = std::move(*stix);
  }
  return entity;
}

}  // namespace

Result<Entity> GraphqlPlatform::read_entity(const std::string& id, const std::string& draft_id,
                                            const std::string& work_id,
                                            const net::Deadline& deadline) {
  const auto data = work_id.empty() || !tells_users_
                        ? client_.send(operations::read_entity, {{"id", id}}, draft_id, deadline)
                        : read_with_work(id, draft_id, work_id, deadline);
  if (!data) return tl::unexpected(data.error());
  const auto& found = net::member(*data, "stixCoreObject");
  if (!found.is_object()) {
    return failure(ErrorKind::no_entity,
                   "the object does not exist any more, or the connector's user may not see it");
  }
  auto entity = read(found);
  entity.caused_by = net::text_at(net::member(net::member(*data, "work"), "user"), "id");
  return entity;
}

Result<json> GraphqlPlatform::read_with_work(const std::string& id, const std::string& draft_id,
                                             const std::string& work_id,
                                             const net::Deadline& deadline) {
  const json variables{{"id", id}, {"work", work_id}};
  auto data = client_.send_once(operations::read_entity_of_work, variables, draft_id, deadline);
  if (!data && data.error().passing()) {
    data = client_.send(operations::read_entity_of_work, variables, draft_id, deadline);
  }
  if (data || data.error().passing() || data.error().kind == ErrorKind::stopped) return data;
  // The object matters, its work is only good to know.
  if (data.error().kind == ErrorKind::not_understood) tells_users_ = false;
  return client_.send(operations::read_entity, {{"id", id}}, draft_id, deadline);
}

Result<std::string> GraphqlPlatform::find_shared(const std::vector<std::string>& ids,
                                                 const std::string& draft_id,
                                                 const net::Deadline& deadline) {
  for (std::size_t at = 0; at < ids.size(); at += 2) {
    const auto& second = ids[std::min(at + 1, ids.size() - 1)];
    const auto data = client_.send(operations::find_shared,
                                   {{"first", ids[at]}, {"second", second}}, draft_id, deadline);
    if (!data) return tl::unexpected(data.error());
    for (const auto* alias : {"first", "second"}) {
      auto id = net::text_at(net::member(*data, alias), "standard_id");
      if (!id.empty()) return id;
    }
  }
  return std::string();
}

Result<bool> GraphqlPlatform::work_alive(const std::string& work_id,
                                         const net::Deadline& deadline) {
  const auto data = client_.send(operations::is_work_alive, {{"id", work_id}}, {}, deadline);
  if (!data && data.error().kind == ErrorKind::not_understood) return true;
  if (!data) return tl::unexpected(data.error());
  return net::member(*data, "isWorkAlive") != json(false);
}

Result<Work> GraphqlPlatform::read_work(const std::string& work_id, const net::Deadline& deadline) {
  const auto data = client_.send(operations::read_work, {{"id", work_id}}, {}, deadline);
  if (!data) return tl::unexpected(data.error());
  const auto& work = net::member(*data, "work");
  const auto& tracking = net::member(work, "tracking");
  const auto number = [&](std::string_view key) {
    const auto& value = net::member(tracking, key);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
  };
  return Work{!net::text_at(work, "processed_time").empty(), number("import_expected_number"),
              number("import_processed_number")};
}

Result<void> GraphqlPlatform::open_work(const std::string& work_id, std::int64_t expectations,
                                        bool again, const net::Deadline& deadline) {
  return add_expectations(
      work_id, again,
      [&](const Work& before) { return std::max<std::int64_t>(0, expectations - before.expected); },
      deadline);
}

Result<void> GraphqlPlatform::expect_no_more(const std::string& work_id,
                                             const net::Deadline& deadline) {
  return add_expectations(
      work_id, true,
      [](const Work& before) {
        return std::min<std::int64_t>(0, before.processed - before.expected);
      },
      deadline);
}

Result<void> GraphqlPlatform::add_expectations(const std::string& work_id, bool again,
                                               const Addition& addition,
                                               const net::Deadline& deadline) {
  net::Backoff backoff;
  int failures_of_its_own = 0;
  while (true) {
    Work before;
    if (again) {
      const auto work = read_work(work_id, deadline);
      if (!work) return tl::unexpected(work.error());
      before = *work;
    }
    const auto number = addition(before);
    if (number == 0) return {};
    const json variables{{"id", work_id},
                         {"first", before.expected == 0},
                         {"message", "Connector ready to process the operation"},
                         {"expectations", number}};
    const auto data = client_.send_once(operations::open_work, variables, {}, deadline);
    if (data) return {};
    const bool for_good = !data.error().transient() || (data.error().kind == ErrorKind::internal &&
                                                        ++failures_of_its_own == most_internal);
    if (for_good || !net::pause(backoff.next(), deadline.stop()) || deadline.passed()) {
      return tl::unexpected(data.error());
    }
    // The request may have arrived, though its answer did not.
    again = true;
  }
}

Result<void> GraphqlPlatform::close_work(const std::string& work_id, const std::string& text,
                                         bool in_error, const net::Deadline& deadline) {
  const auto data =
      client_.send(operations::close_work,
                   {{"id", work_id}, {"message", text}, {"inError", in_error}}, {}, deadline);
  if (!data) return tl::unexpected(data.error());
  return {};
}

Result<bool> GraphqlPlatform::answer_playbook(const PlaybookStep& step,
                                              const std::string& previous_bundle,
                                              const std::string& bundle,
                                              std::chrono::system_clock::time_point started,
                                              const net::Deadline& deadline) {
  const auto start = fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00",
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(started)));
  const json variables{{"execution_id", step.execution_id},
                       {"event_id", step.event_id},
                       {"execution_start", start},
                       {"data_instance_id", step.data_instance_id},
                       {"playbook_id", step.playbook_id},
                       {"previous_step_id", step.previous_step_id},
                       {"step_id", step.step_id},
                       {"previous_bundle", previous_bundle},
                       {"bundle", bundle}};
  const auto data = client_.send_once(operations::answer_playbook, variables, {}, deadline);
  if (!data) return tl::unexpected(data.error());
  return net::member(*data, "playbookStepExecution") != json(false);
}

}  // namespace opencti
