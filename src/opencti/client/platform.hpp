// The calls of the pipeline to the platform.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "opencti/client/graphql.hpp"
#include "opencti/ids.hpp"
#include "opencti/in/message.hpp"
#include "opencti/out/playbook_reply.hpp"
#include "stix/present_object.hpp"
#include "telemetry/log.hpp"

namespace opencti {

struct Marking {
  std::string standard_id;
  /// As on the platform: `TLP`, `TLP:AMBER`.
  std::string definition_type;
  std::string definition;
};

/// An object as the connector's own user sees it now.
struct Entity {
  std::string standard_id;
  std::string entity_type;
  std::vector<Marking> markings;
  /// In the platform's form; null if the platform sent none.
  nlohmann::json stix;
  /// The user in whose name the work was created; empty if not requested or unknown.
  std::string caused_by;
  /// Users who wrote the object, in order; empty if the platform sent none.
  std::vector<std::string> creators = {};
};

/// The progress of a work.
struct Work {
  /// The connector's report of its end has arrived (`toProcessed`).
  bool reported = false;
  /// The number of announced objects, and the number of messages about them that workers have
  /// processed: two messages about one object count twice. A work that was reported without an
  /// announcement has 1 and 1.
  std::int64_t expected = 0;
  std::int64_t processed = 0;
  /// The texts on it, including errors.
  std::vector<std::string> notes = {};
};

/// The state of one of many works.
struct WorkState {
  WorkId id;
  /// It ended normally, or was closed.
  bool complete = false;
  /// It is complete, or was once: a report reopens a closed work.
  bool was_complete = false;
  /// As in Work; nothing if the platform does not report them, for example for an open work without
  /// counts.
  std::optional<std::int64_t> expected;
  std::optional<std::int64_t> processed;
};

/// How a work is opened.
struct WorkOpening {
  /// Number of objects that will be imported for it.
  std::int64_t expectations = 0;
  /// It may have been opened before (a redelivered message). Then it is not begun again, which
  /// would reopen a complete work permanently. Only the difference to the announced number is
  /// added, because a number that is too high leaves the work in progress permanently.
  bool may_be_open = false;
  /// Number of objects known to be announced on it for other messages.
  std::int64_t announced_by_others = 0;
};

/// An interface, which the pipeline's tests implement with a fake. Implementations are thread-safe.
///
/// All functions except answer_playbook() retry transient errors until the deadline, and `internal`
/// errors twice.
class Platform {
 public:
  virtual ~Platform() = default;

  /// @param work_id the work whose user is read in the same request; empty: none
  /// @returns `no_entity` if it does not exist or may not be seen
  [[nodiscard]] virtual Result<Entity> read_entity(const EntityId& id, const DraftId& draft_id,
                                                   const WorkId& work_id,
                                                   const net::Deadline& deadline) = 0;

  /// Finds existing objects with these ids that the user may see, in one request. Countries and
  /// sectors are found by the ids of all their names. Of other ids of an object only those asked
  /// for are returned, and each id of one object only.
  /// @param ids maximum some hundreds
  [[nodiscard]] virtual Result<std::vector<stix::PresentObject>> find_objects(
      const std::vector<std::string>& ids, const DraftId& draft_id,
      const net::Deadline& deadline) = 0;

  /// Whether workers still accept messages of this work. True also if the platform's version does
  /// not report it.
  /// @returns `not_permitted` if the token's user may not see works; without a call if that was
  /// found in the last minutes. The same applies to read_work()
  [[nodiscard]] virtual Result<bool> work_alive(const WorkId& work_id,
                                                const net::Deadline& deadline) = 0;

  /// The progress of a work, for a redelivered message. A work that does not exist returns a
  /// default Work.
  [[nodiscard]] virtual Result<Work> read_work(const WorkId& work_id,
                                               const net::Deadline& deadline) = 0;

  /// Returns the existing works of these.
  /// @param work_ids maximum 500
  [[nodiscard]] virtual Result<std::vector<WorkState>> read_works(
      const std::vector<WorkId>& work_ids, const net::Deadline& deadline) = 0;

  /// Reports that the work has begun, and the number of objects that will be imported for it.
  [[nodiscard]] virtual Result<void> open_work(const WorkId& work_id, const WorkOpening& opening,
                                               const net::Deadline& deadline) = 0;

  /// Reports that the work has begun, with the text that people see on it. Such a work is complete
  /// once the workers have processed the objects that they announced themselves. A report of its
  /// end before that would complete it immediately, with wrong counts.
  [[nodiscard]] virtual Result<void> begin_work(const WorkId& work_id, const std::string& text,
                                                const net::Deadline& deadline) = 0;

  /// Reduces the announced number of objects of a work to this maximum: some platforms announce
  /// sent objects themselves.
  [[nodiscard]] virtual Result<void> expect_at_most(const WorkId& work_id, std::int64_t number,
                                                    const net::Deadline& deadline) = 0;

  /// Reduces the announced number of objects of a work by `number`, but not below the imported
  /// number: these objects will not come, and the work would never be complete.
  [[nodiscard]] virtual Result<void> expect_fewer(const WorkId& work_id, std::int64_t number,
                                                  const net::Deadline& deadline) = 0;

  /// Reports the end of the connector's part, with the text that people see on the work.
  /// Idempotent.
  [[nodiscard]] virtual Result<void> close_work(const WorkId& work_id, const std::string& text,
                                                bool in_error, const net::Deadline& deadline) = 0;

  /// Answers a playbook step, in one attempt: each answer that arrives continues the playbook.
  /// @returns false if the step does not wait for an answer any more
  /// @param started when handling of the message began
  [[nodiscard]] virtual Result<bool> answer_playbook(const PlaybookStep& step,
                                                     const PlaybookReply& reply,
                                                     std::chrono::system_clock::time_point started,
                                                     const net::Deadline& deadline) = 0;
};

/// needed_rights.hpp defines which rights are necessary, and which are useful. A missing useful
/// right is logged once, and retried every ten minutes.
class GraphqlPlatform final : public Platform {
 public:
  /// @param client must outlive this object
  GraphqlPlatform(const GraphqlClient& client, telemetry::Log log)
      : client_(client), log_(std::move(log)) {}

  [[nodiscard]] Result<Entity> read_entity(const EntityId& id, const DraftId& draft_id,
                                           const WorkId& work_id,
                                           const net::Deadline& deadline) override;
  [[nodiscard]] Result<std::vector<stix::PresentObject>> find_objects(
      const std::vector<std::string>& ids, const DraftId& draft_id,
      const net::Deadline& deadline) override;
  [[nodiscard]] Result<bool> work_alive(const WorkId& work_id,
                                        const net::Deadline& deadline) override;
  [[nodiscard]] Result<Work> read_work(const WorkId& work_id,
                                       const net::Deadline& deadline) override;
  [[nodiscard]] Result<std::vector<WorkState>> read_works(const std::vector<WorkId>& work_ids,
                                                          const net::Deadline& deadline) override;
  [[nodiscard]] Result<void> open_work(const WorkId& work_id, const WorkOpening& opening,
                                       const net::Deadline& deadline) override;
  [[nodiscard]] Result<void> begin_work(const WorkId& work_id, const std::string& text,
                                        const net::Deadline& deadline) override;
  [[nodiscard]] Result<void> expect_at_most(const WorkId& work_id, std::int64_t number,
                                            const net::Deadline& deadline) override;
  [[nodiscard]] Result<void> expect_fewer(const WorkId& work_id, std::int64_t number,
                                          const net::Deadline& deadline) override;
  [[nodiscard]] Result<void> close_work(const WorkId& work_id, const std::string& text,
                                        bool in_error, const net::Deadline& deadline) override;
  [[nodiscard]] Result<bool> answer_playbook(const PlaybookStep& step, const PlaybookReply& reply,
                                             std::chrono::system_clock::time_point started,
                                             const net::Deadline& deadline) override;

 private:
  /// Returns the number to add to the expected number, given the work's progress; zero ends the
  /// retries.
  using Addition = std::function<std::int64_t(const Work&)>;
  Result<void> add_expectations(const WorkId& work_id, bool again, const Addition& addition,
                                const net::Deadline& deadline);

  Result<Answer> read_with_work(const EntityId& id, const DraftId& draft_id, const WorkId& work_id,
                                const net::Deadline& deadline);

  /// Sends a query about works.
  Result<Answer> ask_works(std::string_view document, const nlohmann::json& variables,
                           const net::Deadline& deadline);
  [[nodiscard]] bool works_hidden() const;
  void hide_works();

  const GraphqlClient& client_;
  telemetry::Log log_;
  /// Whether the platform's version reports the user of a work.
  std::atomic<bool> reports_users_ = true;
  /// Until this time the token's user counts as not allowed to see works.
  std::atomic<std::chrono::steady_clock::time_point> works_hidden_until_ =
      std::chrono::steady_clock::time_point();
  std::atomic<bool> said_hidden_ = false;
};

}  // namespace opencti
