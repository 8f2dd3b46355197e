#include "opencti/client/reply.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <vector>

#include "opencti/client/limits.hpp"
#include "text/json.hpp"
#include "text/utf8.hpp"

namespace opencti {
namespace {

using nlohmann::json;

constexpr std::size_t longest_quoted_message = 500;
constexpr std::size_t longest_header = 60;
/// How many bytes of a page are read, and how many are quoted.
constexpr std::size_t longest_look = 4096;
constexpr std::size_t longest_quoted_page = 100;

/// The first error, if the platform sent it: the platform has each code twice (opencti-graphql:
/// formatError in src/graphql/graphql.js), a GraphQL gateway once.
std::optional<PlatformError> read_error(const json& first) {
  const auto message = text::text_at(first, "message");
  auto code = text::text_at(text::member(first, "extensions"), "code");
  const auto name = text::text_at(first, "name");
  if (message.empty() || code.empty() || code != name) return std::nullopt;
  if (code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != std::string::npos) {
    return std::nullopt;
  }
  return PlatformError{std::move(code), text::shortened(message, longest_quoted_message)};
}

/// `{"status":"error","error":"request entity too large"}`: from the platform's HTTP server, which
/// failed before GraphQL.
std::optional<PlatformError> read_failure(const json& answer) {
  const auto message = text::text_at(answer, "error");
  if (text::text_at(answer, "status") != "error" || message.empty()) return std::nullopt;
  return PlatformError{{}, text::shortened(message, longest_quoted_message)};
}

/// Printable ASCII without tags, with single blanks.
std::string first_words(std::string_view page) {
  std::string out;
  bool in_tag = false;
  for (const char c : page.substr(0, longest_look)) {
    if (c == '<') in_tag = true;
    const bool printable = !in_tag && c > ' ' && c < '\x7f' && c != '"';
    if (printable) out += c;
    if (!printable && !out.empty() && out.back() != ' ') out += ' ';
    if (c == '>') in_tag = false;
    if (out.size() == longest_quoted_page) break;
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string description_of(const net::HttpResponse& response) {
  std::vector<std::string> parts{fmt::format("HTTP status {}", response.status)};
  const auto add = [&](std::string_view name, std::string_view value) {
    if (const auto words = text::shortened(first_words(value), longest_header); !words.empty()) {
      parts.push_back(fmt::format("{} {}", name, words));
    }
  };
  add("Server", response.server);
  add("Via", response.via);
  if (const auto words = first_words(response.body); !words.empty()) {
    parts.push_back(fmt::format("\"{}\"", words));
  } else {
    parts.emplace_back("an empty body");
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

Reply read_reply(const net::HttpResponse& response) {
  constexpr int ok = 200;
  auto parsed = text::parse_json(
      response.body, {.size = longest_answer, .values = max_values(response.body.size())});
  if (parsed) {
    const auto& errors = text::member(*parsed, "errors");
    if (errors.is_array() && !errors.empty()) {
      if (auto error = read_error(errors.front())) {
        error->path = text::texts(text::member(errors.front(), "path"));
        const auto& data = text::member(*parsed, "data");
        for (const auto& member : data.items()) error->data_keys.push_back(member.key());
        return std::move(*error);
      }
    } else if (response.status != ok) {
      if (auto failure = read_failure(*parsed)) return *failure;
    } else if (const auto& data = text::member(*parsed, "data");
               data.is_object() && !data.empty()) {
      return std::move((*parsed)["data"]);
    }
  }
  return IntermediaryResponse{description_of(response)};
}

}  // namespace opencti
