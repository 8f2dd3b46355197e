// Builders of the STIX objects that an enrichment makes, whatever it was asked about.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace stix {

/// An identity that can be the author of other objects.
/// @param created RFC 3339 in UTC, as in `2024-05-01T10:20:30.123Z`; also the time of modification.
/// A fixed time makes two runs send the same bytes.
[[nodiscard]] nlohmann::json organization(std::string_view name, std::string_view created);

/// An entry of `external_references`.
[[nodiscard]] nlohmann::json external_reference(std::string_view source_name, std::string_view url,
                                                std::optional<std::string_view> description = {},
                                                std::optional<std::string_view> external_id = {});

}  // namespace stix
