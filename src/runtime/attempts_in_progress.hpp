// Spares the messages in progress while a message that crashed the process is read again.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "runtime/attempts.hpp"

namespace runtime {

/// A crash counts for all messages in progress. If one message crashes the process each time it is
/// read, a message that is in progress each time would be given up with it. The class is
/// thread-safe.
class AttemptsInProgress final {
 public:
  /// @param attempts must outlive this object
  explicit AttemptsInProgress(Attempts& attempts) : attempts_(attempts) {}

  /// Undoes Attempts::begin_reading(), and keeps the attempt of another delivery of the message
  /// that is in progress.
  void was_read(const std::string& key, const EarlierAttempts& earlier);

  /// See Attempts.
  void begun(const Job& job, std::string_view crash_reason);
  /// Call one of these after begun(), and never for another message.
  void not_begun(const Job& job);
  void failed(const Job& job, const std::string& reason);
  void over(const Job& job);

  /// While it exists, a crash counts for none of the messages in progress, and none begins or ends.
  class [[nodiscard]] Spared final {
   public:
    explicit Spared(AttemptsInProgress& all);
    ~Spared();
    Spared(const Spared&) = delete;
    Spared& operator=(const Spared&) = delete;

   private:
    AttemptsInProgress& all_;
    std::unique_lock<std::shared_mutex> lock_;
  };

 private:
  struct InProgress {
    EarlierAttempts earlier;
    std::string crash_reason;
  };

  void forget(const Job& job);
  [[nodiscard]] std::optional<InProgress> find(const std::string& key);

  Attempts& attempts_;
  /// Held shared while one message begins or ends, which may take a call to a server.
  std::shared_mutex sparing_;
  std::mutex mutex_;
  /// By key, which two deliveries of one message have in common.
  std::multimap<std::string, InProgress> in_progress_;
};

}  // namespace runtime
