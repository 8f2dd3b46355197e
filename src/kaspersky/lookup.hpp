// The interface of lookups at Kaspersky.
#pragma once

#include <functional>
#include <string>

#include "kaspersky/outcome.hpp"
#include "kaspersky/sections.hpp"
#include "net/deadline.hpp"
#include "source/purpose.hpp"

namespace kaspersky {

using source::Purpose;

struct Inquiry {
  ObjectKind kind = ObjectKind::hash;
  /// The hash, address, domain or URL, not encoded.
  std::string value;
  Purpose purpose = Purpose::automatic;
  /// Whether the cache must not be used.
  bool fresh = false;
  /// Whether this is a retry.
  bool is_retry = false;
  /// Whether the caller retries immediately if the answer is lost, so that the client may stop
  /// waiting early.
  bool hedged = false;
  /// Called when the lookup must wait until the service is back; must not throw. May be empty.
  std::function<void()> on_hold = {};
};

/// Implementations are thread-safe.
class Lookup {
 public:
  Lookup() = default;
  virtual ~Lookup() = default;
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  [[nodiscard]] virtual Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) = 0;
};

}  // namespace kaspersky
