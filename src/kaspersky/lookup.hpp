// The port through which others ask Kaspersky.
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
  /// Whether an answer that is remembered will not do.
  bool fresh = false;
  /// Whether it is not the first try.
  bool again = false;
  /// Whether the caller asks once more at once where the answer is lost, so that it need not be
  /// waited for long.
  bool hedged = false;
  /// Called when the answer has to wait until the service is back; must not throw. May be empty.
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
