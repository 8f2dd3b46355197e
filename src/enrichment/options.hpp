// The options of enrichments.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "kaspersky/zone.hpp"

namespace enrichment {

struct Options {
  /// 0 to 100. A zone that is not listed gives no score.
  std::map<kaspersky::Zone, int> scores;
  /// Whether categories become labels.
  bool labels = true;
  /// The prefix of the label of each category.
  std::string label_prefix;
  /// Whether the zone becomes a label.
  bool zone_label = true;
  /// Zones whose objects get an indicator.
  std::set<kaspersky::Zone> indicators_for;
  /// Maximum number of rows of a section, the most dangerous and the latest first.
  std::size_t rows = 1000;
  /// Whether an object that Kaspersky does not know gets a note that says so.
  bool note_not_found = false;
  /// Whether addresses of special use, as in private networks, are looked up.
  bool ask_about_reserved = false;
};

}  // namespace enrichment
