// Resolves names within a limit of time. getaddrinfo() itself waits as long as the system's
// configuration of name servers says, by default up to half a minute, and cannot be ended.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace os {

struct Resolution {
  /// Numeric addresses in the system's order; empty: see `error`.
  std::vector<std::string> addresses;
  std::string error;
  /// The limit passed, or a stop was requested, before the name server answered.
  bool ended_early = false;
};

/// Returns immediately for a numeric address.
///
/// A thread per name asks the system. If the limit ends the wait, the thread is left behind; it
/// owns everything that it uses. Calls for a name that is being resolved wait for the same thread,
/// and maximum 16 names are resolved at a time, so that threads do not pile up.
///
/// Thread-safe.
[[nodiscard]] Resolution resolve(const std::string& host, std::chrono::milliseconds limit,
                                 const std::stop_token& stop = {});

}  // namespace os
