// Connects a TCP socket, with a readable reason of a failure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/deadline.hpp"
#include "net/detail/socket_interrupter.hpp"
#include "net/error.hpp"
#include "os/file_descriptor.hpp"

namespace net {

/// The host's numeric addresses. The interrupter ends the wait for a name server if it interrupts
/// for good; its thread is then left behind (see os::resolve()).
///
/// @returns `unreachable` or `timed_out`, without the host
[[nodiscard]] Result<std::vector<std::string>> resolve_name(const std::string& host,
                                                            SocketInterrupter& interrupter,
                                                            const Deadline& deadline);

/// Tries each address of the host; each gets an equal share of the remaining time. The socket is
/// non-blocking, and stays attached to the interrupter, which also ends the wait here.
///
/// @returns `unreachable` or `timed_out`, with the last address's reason and without the host.
[[nodiscard]] Result<os::FileDescriptor> connect_tcp(const std::string& host, std::uint16_t port,
                                                     SocketInterrupter& interrupter,
                                                     const Deadline& deadline);

}  // namespace net
