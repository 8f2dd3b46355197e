#include "opencti/out/playbook_reply.hpp"

#include <fmt/format.h>

#include "opencti/operations.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

/// Reserved for document and variables.
constexpr std::size_t longest_rest = std::size_t{16} * 1024;
constexpr std::size_t room_for_news = std::size_t{1024} * 1024;

/// The size of a text inside a JSON string.
std::size_t escaped_size(std::string_view text) {
  std::size_t size = text.size();
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t') {
      ++size;
    } else if (static_cast<unsigned char>(c) < ' ') {
      size += std::string_view("u0000").size();
    }
  }
  return size;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < ' ') {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
}

std::size_t request_size(const PlaybookReply& reply) {
  return longest_rest + escaped_size(reply.bundle) + escaped_size(reply.changed.value_or(""));
}

/// See changed_size().
/// @param room to leave
std::optional<std::size_t> size_with_room(std::string_view bundle, const BundleChange& change,
                                          std::size_t room, const std::stop_token& stop) {
  const auto others = longest_rest + room + escaped_size(bundle);
  if (others > largest_request) return std::nullopt;
  const auto max_escaped = largest_request - others;
  const auto max_size = bundle.size() + largest_growth - room;
  std::size_t size = 0;
  std::size_t escaped = 0;
  const bool whole = write_changed(
      bundle, change,
      [&](std::string_view piece) {
        size += piece.size();
        escaped += escaped_size(piece);
      },
      [&] { return size <= max_size && escaped <= max_escaped && !stop.stop_requested(); });
  if (!whole) return std::nullopt;
  return size;
}

}  // namespace

std::optional<std::size_t> changed_size(std::string_view bundle, const BundleChange& change,
                                        const std::stop_token& stop) {
  return size_with_room(bundle, change, 0, stop);
}

std::optional<std::string> changed_bundle(std::string_view bundle, const BundleChange& change,
                                          std::size_t size, const std::stop_token& stop) {
  std::string text;
  text.reserve(size);
  const bool whole = write_changed(
      bundle, change, [&](std::string_view piece) { text += piece; },
      [&] { return !stop.stop_requested(); });
  if (!whole) return std::nullopt;
  return text;
}

bool fits_request(const PlaybookReply& reply) { return request_size(reply) <= largest_request; }

bool can_change(std::string_view bundle) {
  return longest_rest + 2 * escaped_size(bundle) + room_for_news <= largest_request;
}

std::optional<std::size_t> shared_size(std::string_view bundle,
                                       const std::vector<std::string>& granted_refs,
                                       const std::stop_token& stop) {
  BundleChange change;
  change.granted_refs = granted_refs;
  return size_with_room(bundle, change, room_for_news, stop);
}

std::string_view document_of(const PlaybookReply& reply) {
  return reply.changed ? operations::answer_playbook : operations::return_playbook;
}

std::string request_text(const nlohmann::json& variables, const PlaybookReply& reply) {
  auto text = text::dump_json({{"query", document_of(reply)}, {"variables", variables}});
  text.reserve(text.size() + request_size(reply));
  // After the last variable.
  text.resize(text.size() - std::string_view("}}").size());
  if (reply.changed) {
    text += R"(,"previous_bundle":")";
    append_escaped(text, reply.bundle);
    text += R"(")";
  }
  text += R"(,"bundle":")";
  append_escaped(text, reply.changed.value_or(reply.bundle));
  text += R"("}})";
  return text;
}

}  // namespace opencti
