// How much memory the process may take for what is in hand.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "settings/settings.hpp"
#include "telemetry/log.hpp"

namespace app {

/// What the control groups of this process allow (version 2 or 1), the least of all that it is in.
/// In bytes; nothing where there is no limit.
/// @param root `/`, but for tests
[[nodiscard]] std::optional<std::size_t> container_limit(const std::filesystem::path& root = "/");

/// What is there besides the limit: the program itself, and what does not count. In bytes.
inline constexpr std::size_t outside_of_limit = std::size_t{128} * 1024 * 1024;

/// As set, or less where the container has less than that and `outside_of_limit`; 64 MiB at least.
/// In bytes.
[[nodiscard]] std::size_t memory_limit(const settings::Settings& settings,
                                       std::optional<std::size_t> container = container_limit());

/// Says in the log which limit is in effect, and where it comes from; warns of a container with
/// less memory than the smallest limit needs.
void report_memory_limit(const settings::Settings& settings, std::optional<std::size_t> container,
                         const telemetry::Log& log);

/// The parts of messages and of answers: a message may be in hand when an answer is waited for, and
/// with one budget for both they could wait for each other. In bytes.
[[nodiscard]] std::size_t share_of_messages(std::size_t limit);
[[nodiscard]] std::size_t share_of_answers(std::size_t limit);
/// What the platform's answers take, a budget of its own for the same reason: not of the limit, but
/// of what the program may take beyond it. Its longest answer fits. In bytes.
inline constexpr std::size_t share_of_platform = std::size_t{40} * 1024 * 1024;

/// What a message takes while it is worked on, with the answer to a playbook. In bytes.
[[nodiscard]] std::size_t cost_of_message(std::size_t body);

/// The longest body for which a budget has enough. In bytes; 64 MiB at most.
[[nodiscard]] std::size_t longest_message(std::size_t largest);

}  // namespace app
