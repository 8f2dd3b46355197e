// Records which steps of playbooks were answered, and the content: no step gets two contents.
#pragma once

#include <optional>
#include <string>

#include "opencti/in/message.hpp"
#include "storage/database.hpp"

namespace runtime {

/// The platform does not report whether an answer arrived, and runs the rest of the playbook at
/// each answer that arrives. Therefore the content is recorded before it is sent the first time,
/// and sent again unchanged while its arrival is unknown; also by another process, if the store is
/// persistent. If replicas share the store, no step is answered while it is unreachable.
/// Implementations are thread-safe.
class PlaybookLedger {
 public:
  PlaybookLedger() = default;
  virtual ~PlaybookLedger() = default;
  PlaybookLedger(const PlaybookLedger&) = delete;
  PlaybookLedger& operator=(const PlaybookLedger&) = delete;

  /// Identifies a step across deliveries: its ids and the digest of the whole message, because one
  /// run can reach a step on several paths.
  [[nodiscard]] static std::string key_of(const opencti::PlaybookStep& step,
                                          const std::string& digest);

  struct Entry {
    bool answered = false;
    /// An earlier delivery recorded it, and may have sent it.
    bool earlier = false;
    /// The changed bundle; nothing: the unchanged bundle is sent.
    std::optional<std::string> changed;
  };
  /// The entry, perhaps without its content; nothing if the step was not answered yet; an error if
  /// that is unknown.
  [[nodiscard]] virtual storage::Result<std::optional<Entry>> find(const std::string& key) = 0;

  /// Call it before the content is sent the first time.
  /// @param changed nothing: the unchanged bundle
  /// @param bundle size of the unchanged bundle, which bounds what another delivery can have
  /// recorded
  /// @returns the content to send, which another delivery of the same message may have recorded; an
  /// error if nothing may be sent now
  [[nodiscard]] virtual storage::Result<Entry> begin(const std::string& key,
                                                     const std::optional<std::string>& changed,
                                                     std::size_t bundle) = 0;
  /// The platform rejected the content without an effect. Call it before the unchanged bundle is
  /// sent: otherwise the next delivery would send the rejected content after that.
  /// @returns an error if nothing may be sent now. Until it is recorded, begin() tries that again,
  /// and fails too
  [[nodiscard]] virtual storage::Result<void> rejected(const std::string& key) = 0;
  /// The platform has responded: the step is done.
  virtual void answered(const std::string& key) = 0;
};

}  // namespace runtime
