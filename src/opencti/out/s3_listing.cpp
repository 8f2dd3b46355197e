#include "opencti/out/s3_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace opencti {
namespace {

/// Returns the content of the first element with this name, and removes it with all before it.
std::optional<std::string_view> take(std::string_view& xml, std::string_view name) {
  const auto opening = fmt::format("<{}>", name);
  const auto closing = fmt::format("</{}>", name);
  const auto begin = xml.find(opening);
  if (begin == std::string_view::npos) return std::nullopt;
  const auto content = begin + opening.size();
  const auto end = xml.find(closing, content);
  if (end == std::string_view::npos) return std::nullopt;
  const auto found = xml.substr(content, end - content);
  xml.remove_prefix(end + closing.size());
  return found;
}

std::string_view first(std::string_view xml, std::string_view name) {
  return take(xml, name).value_or(std::string_view());
}

/// `&quot;` and the like.
bool has_escapes(std::string_view text) { return text.find('&') != std::string_view::npos; }

}  // namespace

S3Listing read_listing(std::string_view xml) {
  S3Listing listing;
  if (first(xml, "IsTruncated") == "true") {
    const auto next = first(xml, "NextContinuationToken");
    if (!has_escapes(next)) listing.next = next;
  }
  while (const auto contents = take(xml, "Contents")) {
    const auto key = first(*contents, "Key");
    if (key.empty() || has_escapes(key)) continue;
    listing.objects.push_back({std::string(key), std::string(first(*contents, "LastModified"))});
  }
  return listing;
}

std::string error_code(std::string_view xml) {
  constexpr std::size_t longest = 64;
  const auto code = first(xml, "Code");
  const bool plain = std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return plain && code.size() <= longest ? std::string(code) : std::string();
}

}  // namespace opencti
