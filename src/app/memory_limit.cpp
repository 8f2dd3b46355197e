#include "app/memory_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>

#include "opencti/out/playbook_reply.hpp"

namespace app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;
constexpr std::size_t smallest_limit = 64 * mebibyte;
/// Version 1 uses a number close to 2⁶³ for "no limit".
constexpr std::size_t max_believable = std::size_t{1} << 60U;
constexpr std::size_t largest_message = 64 * mebibyte;
/// The share of messages, in parts of 128: with 256 MiB a message of 64 MiB fits, and leaves room
/// for an answer of nearly 12 MiB.
constexpr std::size_t messages_of_128 = 69;
constexpr std::size_t results_of_128 = 16;

/// Nothing for `max`, and for a file that cannot be read.
std::optional<std::size_t> number_in(const fs::path& file) {
  std::ifstream stream(file);
  std::string text;
  if (!(stream >> text)) return std::nullopt;
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Lowers `least` to the minimum in this file of a group and of the groups above it.
void lower(std::optional<std::size_t>& least, const fs::path& mount, fs::path group,
           const char* file) {
  group = group.relative_path();
  while (true) {
    if (const auto limit = number_in(mount / group / file)) {
      least = std::min(*limit, least.value_or(*limit));
    }
    if (group.empty()) return;
    group = group.parent_path();
  }
}

}  // namespace

std::optional<std::size_t> container_limit(const fs::path& root) {
  std::optional<std::size_t> least;
  std::ifstream groups(root / "proc/self/cgroup");
  // `0::/path`, and in version 1 `9:memory:/path`.
  for (std::string line; std::getline(groups, line);) {
    const auto name = line.find(':');
    const auto path = name == std::string::npos ? name : line.find(':', name + 1);
    if (path == std::string::npos) continue;
    const auto controllers = line.substr(name + 1, path - name - 1);
    if (controllers.empty()) {
      lower(least, root / "sys/fs/cgroup", line.substr(path + 1), "memory.max");
    } else if (controllers.find("memory") != std::string::npos) {
      lower(least, root / "sys/fs/cgroup/memory", line.substr(path + 1), "memory.limit_in_bytes");
    }
  }
  return least;
}

std::size_t memory_limit(const settings::Settings& settings, std::optional<std::size_t> container) {
  auto limit = static_cast<std::size_t>(settings.connector.memory_limit) * mebibyte;
  if (container) {
    const auto left = *container > outside_of_limit ? *container - outside_of_limit : 0;
    limit = std::min(limit, left);
  }
  return std::max(limit, smallest_limit);
}

void report_memory_limit(const settings::Settings& settings, std::optional<std::size_t> container,
                         const telemetry::Log& log) {
  const auto limit = memory_limit(settings, container);
  const bool lowered = limit < memory_limit(settings, std::nullopt);
  const auto has = container && *container < max_believable
                       ? fmt::format("{} MiB", *container / mebibyte)
                       : std::string("no limit");
  log.info("Memory limit", {{"limit", fmt::format("{} MiB", limit / mebibyte)},
                            {"source", lowered ? "control group" : "CONNECTOR_MEMORY_LIMIT"},
                            {"control_group", has}});
  if (!container || *container >= smallest_limit + outside_of_limit) return;
  log.warning("The container has too little memory, the process may be killed",
              {{"control_group", has},
               {"needed", fmt::format("{} MiB", (smallest_limit + outside_of_limit) / mebibyte)}});
}

std::size_t share_of_messages(std::size_t limit) { return limit / 128 * messages_of_128; }

std::size_t share_of_results(std::size_t limit) { return limit / 128 * results_of_128; }

std::size_t share_of_answers(std::size_t limit) {
  return limit - share_of_messages(limit) - share_of_results(limit);
}

std::size_t cost_of_message(std::size_t body) {
  // The text, and if it is short enough to be changed (see opencti::can_change), the changed text;
  // and the request with both.
  constexpr std::size_t rest = std::size_t{64} * 1024;
  const auto changed = body <= opencti::largest_request / 2 ? body : 0;
  return body + changed + std::min(2 * body, opencti::largest_request) + rest;
}

std::size_t longest_message(std::size_t largest) {
  // A body that can just be changed needs more memory than some longer bodies.
  static constexpr std::size_t changeable = opencti::largest_request / 2;
  const auto largest_cost_up_to = [](std::size_t longest) {
    return std::max(cost_of_message(longest), cost_of_message(std::min(longest, changeable)));
  };
  std::size_t longest = largest_message;
  while (largest_cost_up_to(longest) > largest) longest -= mebibyte / 4;
  return longest;
}

}  // namespace app
