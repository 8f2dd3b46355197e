// The canonical form of a JSON document, from which ids are hashed (RFC 8785, JSON Canonicalization
// Scheme).
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace stix {

/// Equal documents give equal bytes: keys in the order of their UTF-16 code units, no blanks,
/// numbers as ECMAScript writes them. Integers are written in full, also beyond 2^53, where RFC
/// 8785 would round them. The document must be shallow enough for recursion.
/// @throws std::invalid_argument for what JSON cannot hold: NaN, infinity and binary values.
[[nodiscard]] std::string canonical_json(const nlohmann::json& document);

/// Appends a text in canonical form, in quotes.
void append_canonical(std::string_view text, std::string& out);

}  // namespace stix
