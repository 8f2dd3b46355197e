// Checks whether a server could listen on a port.
#pragma once

#include <cstdint>
#include <string>
#include <system_error>

namespace net {

/// Takes the port for a moment, without listening on it.
/// @param address an IP address; `0.0.0.0` and `::` mean all addresses
/// @returns no error if it is free; std::errc::address_in_use if another server has it
[[nodiscard]] std::error_code try_port(const std::string& address, std::uint16_t port);

}  // namespace net
