// What the pipeline asks of the platform while it handles one message.
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
  /// As the platform has them: `TLP`, `TLP:AMBER`.
  std::string definition_type;
  std::string definition;
};

/// An object as the connector's own user sees it now.
struct Entity {
  std::string standard_id;
  std::string entity_type;
  std::vector<Marking> markings;
  /// In the platform's form; null where the platform gave none.
  nlohmann::json stix;
  /// The user in whose name the work was created; empty where that was not asked for, or is
  /// unknown.
  std::string caused_by;
  /// Users who wrote the object, the first one first; empty where the platform gave none.
  std::vector<std::string> creators = {};
};

/// How far a work is.
struct Work {
  /// Our report on its end has arrived (`toProcessed`).
  bool reported = false;
  /// Objects that were announced, and how many messages about them the workers are done with: two
  /// of the same object count twice. A work that was reported on without an announcement has 1
  /// and 1.
  std::int64_t expected = 0;
  std::int64_t processed = 0;
  /// What is written on it, errors included.
  std::vector<std::string> notes = {};
};

/// One of many works.
struct WorkState {
  WorkId id;
  /// It ended by itself, or was closed.
  bool complete = false;
  /// It is, or was once: a report reopens what was closed.
  bool was_complete = false;
  /// As in Work; nothing where the platform does not tell, as of an open work that it keeps no
  /// figures of.
  std::optional<std::int64_t> expected;
  std::optional<std::int64_t> processed;
};

/// How a work is opened.
struct Opening {
  /// Objects that are going to be imported for it.
  std::int64_t expectations = 0;
  /// It may have been opened before (a redelivered message): then it is not begun again, which
  /// would reopen a complete one for ever, and only what is missing to the number is added, since a
  /// number too high leaves the work in progress for ever.
  bool again = false;
  /// What is known to have been announced on it for other messages.
  std::int64_t of_others = 0;
};

/// A port: the pipeline's tests put a stand-in behind it. Implementations are thread-safe.
///
/// Every function but answer_playbook() tries transient errors again until the deadline, `internal`
/// ones twice.
class Platform {
 public:
  virtual ~Platform() = default;

  /// @param work_id whose user is asked for in the same request; empty: none
  /// @returns `no_entity` when it does not exist or may not be seen.
  [[nodiscard]] virtual Result<Entity> read_entity(const EntityId& id, const DraftId& draft_id,
                                                   const WorkId& work_id,
                                                   const net::Deadline& deadline) = 0;

  /// Those objects of these ids that are there and that the user may see, in one request. Countries
  /// and sectors are found by the ids of all their names.
  /// @param ids some hundreds at most
  [[nodiscard]] virtual Result<std::vector<stix::PresentObject>> find_objects(
      const std::vector<std::string>& ids, const DraftId& draft_id,
      const net::Deadline& deadline) = 0;

  /// Whether workers still take messages of this work. True also where the platform is too old to
  /// tell.
  /// @returns `not_permitted` where the token's user may not see works: without a call, if that has
  /// become known in the last minutes. So does read_work().
  [[nodiscard]] virtual Result<bool> work_alive(const WorkId& work_id,
                                                const net::Deadline& deadline) = 0;

  /// What a redelivered message needs to know. A work that does not exist has nothing of anything.
  [[nodiscard]] virtual Result<Work> read_work(const WorkId& work_id,
                                               const net::Deadline& deadline) = 0;

  /// Those of these works that exist.
  /// @param work_ids no more than 500
  [[nodiscard]] virtual Result<std::vector<WorkState>> read_works(
      const std::vector<WorkId>& work_ids, const net::Deadline& deadline) = 0;

  /// Reports that the work has begun, and how many objects are going to be imported for it.
  [[nodiscard]] virtual Result<void> open_work(const WorkId& work_id, const Opening& opening,
                                               const net::Deadline& deadline) = 0;

  /// Reports that the work has begun, with the text that people see on it. What is reported so is
  /// complete once the workers are done with as many objects as they announced themselves; a report
  /// on its end before that would make it complete at once, with wrong figures for good.
  [[nodiscard]] virtual Result<void> begin_work(const WorkId& work_id, const std::string& text,
                                                const net::Deadline& deadline) = 0;

  /// Takes back what was announced for a work beyond this number: by a platform that announces
  /// what it is given by itself.
  [[nodiscard]] virtual Result<void> expect_at_most(const WorkId& work_id, std::int64_t number,
                                                    const net::Deadline& deadline) = 0;

  /// Takes back so much of what was announced for a work, as far as it was not imported: it does
  /// not come, and the work would wait for it for ever.
  [[nodiscard]] virtual Result<void> expect_fewer(const WorkId& work_id, std::int64_t number,
                                                  const net::Deadline& deadline) = 0;

  /// Reports the end of our part, with the text that people see on the work. A repeat is harmless.
  [[nodiscard]] virtual Result<void> close_work(const WorkId& work_id, const std::string& text,
                                                bool in_error, const net::Deadline& deadline) = 0;

  /// Answers a playbook step, in one try: the platform goes on with the playbook each time that an
  /// answer arrives. @returns false when it no longer waits for one.
  /// @param started when handling of the message began.
  [[nodiscard]] virtual Result<bool> answer_playbook(const PlaybookStep& step,
                                                     const PlaybookReply& reply,
                                                     std::chrono::system_clock::time_point started,
                                                     const net::Deadline& deadline) = 0;
};

/// Which rights are necessary, and which are done without, stands in needed_rights.hpp. That a
/// useful one is missing is said once; whether it was given meanwhile is tried every ten minutes.
class GraphqlPlatform final : public Platform {
 public:
  /// @param client must outlive this object.
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
  [[nodiscard]] Result<void> open_work(const WorkId& work_id, const Opening& opening,
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
  /// What to add to the expected number, given how far the work is; nothing to add ends it.
  using Addition = std::function<std::int64_t(const Work&)>;
  Result<void> add_expectations(const WorkId& work_id, bool again, const Addition& addition,
                                const net::Deadline& deadline);

  Result<Answer> read_with_work(const EntityId& id, const DraftId& draft_id, const WorkId& work_id,
                                const net::Deadline& deadline);

  /// A query about works.
  Result<Answer> ask_works(std::string_view document, const nlohmann::json& variables,
                           const net::Deadline& deadline);
  [[nodiscard]] bool works_hidden() const;
  void hide_works();

  const GraphqlClient& client_;
  telemetry::Log log_;
  /// The platform is not too old to tell the user of a work.
  std::atomic<bool> tells_users_ = true;
  /// The token's user may not see works, as far as is known until then.
  std::atomic<std::chrono::steady_clock::time_point> works_hidden_until_ =
      std::chrono::steady_clock::time_point();
  std::atomic<bool> said_hidden_ = false;
};

}  // namespace opencti
