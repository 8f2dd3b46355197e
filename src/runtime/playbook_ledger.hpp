// Which steps of playbooks have been answered, and with what: no step gets two contents.
#pragma once

#include <optional>
#include <string>

#include "opencti/in/message.hpp"
#include "storage/database.hpp"

namespace runtime {

/// The platform cannot be asked whether an answer arrived, and runs the rest of the playbook at
/// each one that does. So the content is written down before it is sent the first time, and sent
/// again unchanged for as long as it is unknown whether it arrived; also by another process, if the
/// store outlives this one. Where replicas share the store and it is away, nothing is known: then
/// no step is answered before it is back. Implementations are thread-safe.
class PlaybookLedger {
 public:
  PlaybookLedger() = default;
  virtual ~PlaybookLedger() = default;
  PlaybookLedger(const PlaybookLedger&) = delete;
  PlaybookLedger& operator=(const PlaybookLedger&) = delete;

  /// What names a step across deliveries: its ids, and the digest of the whole message, since one
  /// run can come to a step by several ways.
  [[nodiscard]] static std::string key_of(const opencti::PlaybookStep& step,
                                          const std::string& digest);

  struct Entry {
    bool answered = false;
    /// What is being sent; nothing: the bundle as it came.
    std::optional<std::string> changed;
  };
  /// Nothing where the step has not been answered yet; an error where that is not known.
  [[nodiscard]] virtual storage::Result<std::optional<Entry>> find(const std::string& key) = 0;

  /// To be called before the content is sent the first time.
  /// @param changed nothing: the bundle as it came
  /// @returns what to send: another delivery of the same message may have been faster; an error
  /// where nothing may be sent now
  [[nodiscard]] virtual storage::Result<Entry> begin(const std::string& key,
                                                     const std::optional<std::string>& changed) = 0;
  /// The platform refused the content before it looked at it: the bundle as it came is sent now.
  virtual void refused(const std::string& key) = 0;
  /// The platform has answered: the step is done with.
  virtual void answered(const std::string& key) = 0;
};

}  // namespace runtime
