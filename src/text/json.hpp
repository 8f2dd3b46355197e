// JSON that others sent: parsed within bounds of size, depth and number of values, read without
// trust in its shape, and never an exception.
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
  /// Nested arrays and objects. Copying or dumping a document of some ten thousand levels overflows
  /// the stack.
  int depth = 64;
  /// Of any type, members and items included. One costs up to `bytes_per_value`, however short its
  /// text is.
  std::size_t values = 300'000;
};

/// What a document takes at most, besides the bytes of its texts, for each value: a list of empty
/// objects takes 96 with glibc.
inline constexpr std::size_t bytes_per_value = 112;

/// Whatever Python's `json` takes is taken (see JsonScanner), and what cannot be kept costs itself
/// alone: bytes that are not UTF-8 and surrogates without their other half become U+FFFD; numbers
/// out of range, NaN and Infinity become null, and so do arrays and objects beyond the depth.
///
/// @returns the document; or, of too many bytes or values and of text that is not JSON, one line
/// for the log, which tells where, and quotes nothing of the text.
[[nodiscard]] tl::expected<nlohmann::json, std::string> parse_json(std::string_view text,
                                                                   JsonLimits limits = {});

/// The member of an object; null when there is none, or when `object` is not an object. The
/// reference is valid as long as `object` is.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& object, std::string_view key);

/// The text of a member; empty when it is absent or of another type.
[[nodiscard]] std::string text_at(const nlohmann::json& object, std::string_view key);

/// The whole number of a member; nothing when it is absent, of another type or out of range.
[[nodiscard]] std::optional<std::int64_t> integer_at(const nlohmann::json& object,
                                                     std::string_view key);

/// Whether a member is true.
[[nodiscard]] bool boolean_at(const nlohmann::json& object, std::string_view key);

/// The texts among the items of an array; empty for anything else.
[[nodiscard]] std::vector<std::string> texts(const nlohmann::json& list);

/// The JSON text of a document. Bytes that are not UTF-8 become U+FFFD instead of an exception.
[[nodiscard]] std::string dump_json(const nlohmann::json& document);

}  // namespace text OPENCTI_CONNECTOR_PUBLIC
