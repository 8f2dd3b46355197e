#include "commands/readiness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "commands/terminal.hpp"
#include "text/json.hpp"

namespace commands {
namespace {

constexpr std::size_t longest_part = 300;
constexpr std::size_t max_parts = 20;
constexpr int not_ready = 503;

bool is_well(const std::string& state) { return state == "up" || state == "ok" || state == "off"; }

}  // namespace

Readiness read_readiness(int status, std::string_view body) {
  if (status == 200) return {.healthy = true, .text = "healthy"};
  if (status != not_ready) {
    return {.text = fmt::format("something else answers there (status {}); check whether another "
                                "program listens on CONNECTOR_HTTP_PORT",
                                status)};
  }
  std::vector<std::string> parts;
  const auto document = text::parse_json(body, {.size = std::size_t{64} * 1024, .depth = 8});
  if (document) {
    for (const auto& part : text::member(*document, "parts")) {
      const auto state = text::text_at(part, "state");
      if (is_well(state) || parts.size() == max_parts) continue;
      const auto detail = text::text_at(part, "detail");
      parts.push_back(printable(fmt::format("{} is {}{}{}", text::text_at(part, "name"), state,
                                            detail.empty() ? "" : ": ", detail),
                                longest_part));
    }
  }
  if (parts.empty()) return {.text = "not ready"};
  return {.text = fmt::format("not ready: {}", fmt::join(parts, "; "))};
}

}  // namespace commands
