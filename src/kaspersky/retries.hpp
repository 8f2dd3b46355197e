// Asks again where that may help.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

#include "kaspersky/lookup.hpp"

namespace kaspersky {

struct RetryOptions {
  /// The first one included.
  int tries = 4;
  /// The longest wait before the second try; it doubles for each further one, up to `longest`.
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds longest{10'000};
  /// Evenly spread in [0, 1); a generator of its own when empty. It is called under a lock.
  std::function<double()> random;
  /// Waits; false when a stop cut it short. net::pause when empty.
  std::function<bool(std::chrono::milliseconds, const std::stop_token&)> pause;
};

/// After a rate limit, for as long as the service says where it does, and after passing failures:
/// each wait is drawn between zero and its longest, so that those who failed together do not come
/// back together. A wait that does not fit into the deadline is not begun.
///
/// The first try is hedged: where its answer is lost, the second follows at once, and is waited
/// for.
///
/// The class is thread-safe.
class Retries final : public Lookup {
 public:
  /// @param next must outlive this object
  Retries(RetryOptions options, Lookup& next);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

 private:
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_after(const Outcome& outcome,
                                                                    int tries);
  [[nodiscard]] std::chrono::milliseconds drawn(int tries);

  RetryOptions options_;
  Lookup& next_;
  std::mutex mutex_;
};

}  // namespace kaspersky
