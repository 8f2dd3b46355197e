// Sections whose rows are other objects: files, URLs, domains and addresses.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kaspersky/facts.hpp"
#include "kaspersky/field_reader.hpp"
#include "kaspersky/zone.hpp"
#include "source/builder.hpp"

namespace kaspersky {

enum class RelatedKind { file, url, domain, ip };

/// The field of a section's rows that has the object. A section may have two kinds of objects, in
/// two fields of one row.
struct RelatedField {
  std::string_view section;
  std::string_view field;
  RelatedKind kind;
  /// If the platform does not accept it between the two types, it is `related-to` in the same
  /// direction.
  std::string_view relationship;
  source::Direction direction;
  /// Whether the row's zone, names and detection describe this object, and not the other object in
  /// the row.
  bool described = true;
};

/// Every section with related objects, of every kind of lookup.
[[nodiscard]] std::span<const RelatedField> related_fields();

struct RelatedObject {
  /// An MD5 in lower-case hex; other values unchanged.
  std::string value;
  std::optional<Zone> zone;
  /// Dates in the form of parse_date(), or empty.
  std::string first_seen;
  std::string last_seen;
  /// File name, or empty.
  std::string name;
  /// Other data of the row, for people: `detected as HEUR:Trojan…`, `100 hits`.
  std::vector<std::string> remarks;
};

struct RelatedObjects {
  RelatedField field;
  /// In the order of the answer.
  std::vector<RelatedObject> objects;
};

/// All sections of `answer` that have usable rows.
[[nodiscard]] std::vector<RelatedObjects> read_related(const FieldReader& answer);

}  // namespace kaspersky
