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

}  // namespace

std::string changed_bundle(std::string_view bundle, const BundleChange& change) {
  std::size_t size = 0;
  write_changed(bundle, change, [&](std::string_view piece) { size += piece.size(); });
  std::string text;
  text.reserve(size);
  write_changed(bundle, change, [&](std::string_view piece) { text += piece; });
  return text;
}

bool fits_request(const PlaybookReply& reply) { return request_size(reply) <= largest_request; }

bool can_change(std::string_view bundle) {
  return longest_rest + 2 * escaped_size(bundle) + room_for_news <= largest_request;
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
