// The memory limit of the process for messages and answers.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "settings/settings.hpp"
#include "telemetry/log.hpp"

namespace app {

/// The lowest memory limit of all control groups of this process (version 2 or 1). In bytes;
/// nothing if there is no limit.
/// @param root `/`, except in tests
[[nodiscard]] std::optional<std::size_t> container_limit(const std::filesystem::path& root = "/");

/// Memory outside of the limit: the program itself, and data that is not counted. In bytes.
inline constexpr std::size_t outside_of_limit = std::size_t{128} * 1024 * 1024;

/// The limit of the settings, or less if the container has less than that plus `outside_of_limit`;
/// minimum 64 MiB. In bytes.
[[nodiscard]] std::size_t memory_limit(const settings::Settings& settings,
                                       std::optional<std::size_t> container = container_limit());

/// Logs the limit in effect and its origin; warns of a container with less memory than the smallest
/// limit needs.
void report_memory_limit(const settings::Settings& settings, std::optional<std::size_t> container,
                         const telemetry::Log& log);

/// The shares of messages, of answers, and of results, in bytes; together they are the limit. With
/// one budget for all, messages in progress could wait for memory of answers, and block each other.
[[nodiscard]] std::size_t share_of_messages(std::size_t limit);
[[nodiscard]] std::size_t share_of_answers(std::size_t limit);
[[nodiscard]] std::size_t share_of_results(std::size_t limit);
/// A separate budget for the platform's answers, for the same reason. It is not a part of the
/// limit, but of `outside_of_limit`. The longest answer fits. In bytes.
inline constexpr std::size_t share_of_platform = std::size_t{40} * 1024 * 1024;

/// The memory that a message needs while it is processed, with the answer to a playbook. In bytes.
[[nodiscard]] std::size_t cost_of_message(std::size_t body);

/// The longest body for which a budget is sufficient. In bytes; maximum 64 MiB.
[[nodiscard]] std::size_t longest_message(std::size_t largest);

}  // namespace app
