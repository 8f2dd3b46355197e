// The port through which others ask Kaspersky.
#pragma once

#include <string>

#include "kaspersky/outcome.hpp"
#include "kaspersky/sections.hpp"
#include "net/deadline.hpp"

namespace kaspersky {

/// Implementations are thread-safe.
class Lookup {
 public:
  Lookup() = default;
  virtual ~Lookup() = default;
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  /// @param value the hash, address, domain or URL, not encoded
  [[nodiscard]] virtual Outcome look_up(ObjectKind kind, const std::string& value,
                                        const net::Deadline& deadline) = 0;
};

}  // namespace kaspersky
