// Which steps of playbooks have been answered, and with what: no step gets two contents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "opencti/in/message.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// The platform cannot be asked whether an answer arrived, and runs the rest of the playbook at
/// each one that does. So the content is written down before it is sent the first time, and sent
/// again unchanged for as long as it is unknown whether it arrived; also by another process, if the
/// database is a file.
///
/// Holds the newest 10,000 steps; the content only until the step is answered. A store that fails
/// is a line in the log: then nothing is remembered. The class is thread-safe.
class PlaybookLedger final {
 public:
  /// @param store must outlive this object
  PlaybookLedger(storage::Database& store, telemetry::Log log)
      : store_(store), log_(std::move(log)) {}

  /// What names a step across deliveries: its ids, and the digest of the whole message, since one
  /// run can come to a step by several ways.
  [[nodiscard]] static std::string key_of(const opencti::PlaybookStep& step,
                                          const std::string& digest);

  struct Entry {
    bool answered = false;
    /// What is being sent; nothing: the bundle as it came.
    std::optional<std::string> changed;
  };
  /// Nothing where the step has not been answered yet.
  [[nodiscard]] std::optional<Entry> find(const std::string& key);

  /// To be called before the content is sent the first time.
  /// @param changed nothing: the bundle as it came
  /// @returns what to send: another delivery of the same message may have been faster
  [[nodiscard]] Entry begin(const std::string& key, std::optional<std::string> changed);
  /// The platform refused the content before it looked at it: the bundle as it came is sent now.
  void refused(const std::string& key);
  /// The platform has answered: the step is done with.
  void answered(const std::string& key);

 private:
  void report(const storage::Error& error, const char* what);

  storage::Database& store_;
  telemetry::Log log_;
};

}  // namespace runtime
