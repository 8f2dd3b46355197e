// Facts of an answer that become neither STIX objects nor their properties: people read them in a
// note.
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

/// A table of facts, or a list of facts with the columns Field and Value.
struct FactSheet {
  std::string_view section;
  std::vector<std::string_view> columns;
  /// Each as long as `columns`; cells may be empty, rows are not.
  std::vector<Cells> rows;
};

/// A section and a field that become facts: `IpGeneralInfo`, `ThreatScore`.
struct FactField {
  std::string_view section;
  std::string_view field;
};
[[nodiscard]] std::vector<FactField> fact_fields();

/// All sheets of `answer` that have a row.
[[nodiscard]] std::vector<FactSheet> read_facts(const FieldReader& answer);

}  // namespace kaspersky
