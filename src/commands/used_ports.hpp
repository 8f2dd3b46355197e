// The ports that the running connector opens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/deadline.hpp"
#include "settings/settings.hpp"
#include "source/check_result.hpp"
#include "source/product.hpp"

namespace commands {

struct UsedPort {
  enum class Purpose { status, metrics, messages };
  Purpose purpose;
  /// The setting that names it.
  std::string_view setting;
  /// An IP address.
  std::string address;
  std::uint16_t port = 0;
};

/// The ports that `run` opens with these settings.
[[nodiscard]] std::vector<UsedPort> used_ports(const settings::Settings& settings);

/// Tries each of these ports: whether it is free, or used by the running connector. Without a
/// status port, or if that wants a token, it is not known who uses a port, which is a warning.
[[nodiscard]] std::vector<source::CheckResult> check_ports(const source::Product& product,
                                                           const settings::Settings& settings,
                                                           const net::Deadline& deadline);

/// Host and port to connect to if a server listens there: a wildcard address cannot be used.
[[nodiscard]] std::string reachable_at(const std::string& address, std::uint16_t port);

}  // namespace commands
