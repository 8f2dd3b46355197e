// The sections of an answer that can be requested, per kind of object.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kaspersky {

/// The kind of object that is looked up; also the folder of the request path: /api/hash/…,
/// /api/ip/… .
enum class ObjectKind { hash, ip, domain, url };

/// `hash`, `ip`, `domain`, `url`.
[[nodiscard]] std::string_view name_of(ObjectKind kind);

/// Every section known for this kind, as the API spells it (names are case-sensitive there).
[[nodiscard]] std::span<const std::string_view> known_sections(ObjectKind kind);

/// The sections that are always requested: LicenseInfo, Zone and the general section of the kind.
[[nodiscard]] std::span<const std::string_view> mandatory_sections(ObjectKind kind);

/// The API's spelling of a section name in any letter case; nothing if the section is not known.
[[nodiscard]] std::optional<std::string_view> canonical_section(ObjectKind kind,
                                                                std::string_view name);

/// The mandatory sections first, then the others in the given order, without duplicates. All names
/// must be canonical.
[[nodiscard]] std::vector<std::string> with_mandatory_sections(
    ObjectKind kind, const std::vector<std::string>& names);

}  // namespace kaspersky
