// What an answer tells that is no object and no property of one: for people to read, in a note.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kaspersky/field_reader.hpp"

namespace kaspersky {

/// One value of a fact sheet, as text: numbers in digits, dates in the form of parse_date(), zones
/// in lower case, lists joined by commas.
using Cells = std::vector<std::string>;

/// A table of facts; or, with the columns Field and Value, a list of them.
struct FactSheet {
  std::string_view section;
  std::vector<std::string_view> columns;
  /// Each as long as `columns`; cells may be empty, rows are not.
  std::vector<Cells> rows;
};

/// Sections and fields that make facts: `IpGeneralInfo`, `ThreatScore`.
struct FactField {
  std::string_view section;
  std::string_view field;
};
[[nodiscard]] std::vector<FactField> fact_fields();

/// All that `answer` has; sheets without a row are left out.
[[nodiscard]] std::vector<FactSheet> read_facts(const FieldReader& answer);

}  // namespace kaspersky
