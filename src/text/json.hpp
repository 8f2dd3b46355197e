// Untrusted JSON: parsed within limits of size, depth and number of values, and read without
// assumptions about its structure, without exceptions.
//
// ```cpp
// std::vector<std::string> hosts_in(std::string_view answer) {
//   const auto document = text::parse_json(answer, {.size = 100'000});
//   if (!document) return {};
//   const auto& data = text::member(*document, "data");
//   if (text::integer_at(data, "count").value_or(0) == 0) return {};
//   return text::texts(text::member(data, "hosts"));
// }
// ```
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "export.hpp"

namespace text OPENCTI_CONNECTOR_PUBLIC {

struct JsonLimits {
  /// In bytes.
  std::size_t size = std::size_t{16} * 1024 * 1024;
  /// Maximum nesting. Copying or dumping a document of some ten thousand levels overflows the
  /// stack.
  int depth = 64;
  /// Values of any type, including members and items. Each needs up to `bytes_per_value`, even if
  /// its text is short.
  std::size_t values = 300'000;
};

/// Maximum memory of a document per value, without the bytes of its texts: a list of empty objects
/// needs 96 with glibc.
inline constexpr std::size_t bytes_per_value = 112;

/// Accepts all that Python's `json` accepts (see JsonScanner), and replaces only values that cannot
/// be kept: invalid UTF-8 and lone surrogates become U+FFFD; numbers out of range, NaN, Infinity,
/// and arrays and objects beyond the depth become null.
///
/// @returns the document; for too many bytes or values, and for text that is not JSON, one line for
/// the log, which has the position and never quotes the text
[[nodiscard]] tl::expected<nlohmann::json, std::string> parse_json(std::string_view text,
                                                                   JsonLimits limits = {});

/// The member of an object; null if there is none, or if `object` is not an object. The reference
/// is valid as long as `object` is.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& object, std::string_view key);

/// The text of a member; empty if it is absent or of another type.
[[nodiscard]] std::string text_at(const nlohmann::json& object, std::string_view key);

/// The whole number of a member; nothing if it is absent, of another type or out of range.
[[nodiscard]] std::optional<std::int64_t> integer_at(const nlohmann::json& object,
                                                     std::string_view key);

/// Whether a member is true.
[[nodiscard]] bool boolean_at(const nlohmann::json& object, std::string_view key);

/// The texts among the items of an array; empty for anything else.
[[nodiscard]] std::vector<std::string> texts(const nlohmann::json& list);

/// The JSON text of a document. Invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string dump_json(const nlohmann::json& document);

}  // namespace text OPENCTI_CONNECTOR_PUBLIC
