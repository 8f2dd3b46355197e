#include "enrichment/sightings.hpp"

#include <fmt/format.h>

namespace enrichment {
namespace {

/// Compares days, because `today` is midnight.
bool is_to_come(std::string_view date, std::string_view today) {
  return date.substr(0, 10) > today.substr(0, 10);
}

}  // namespace

std::string_view last_seen(const kaspersky::Answer& answer, std::string_view today) {
  std::string_view latest;
  const auto take = [&](std::string_view date) {
    if (!is_to_come(date, today) && date > latest) latest = date;
  };
  take(answer.general.last_seen);
  if (!latest.empty()) return latest;
  take(answer.general.first_seen);
  for (const auto& section : answer.related) {
    for (const auto& row : section.objects) {
      take(row.first_seen);
      take(row.last_seen);
    }
  }
  return latest;
}

std::string sightings_of(const kaspersky::Answer& answer, std::string_view today) {
  constexpr std::size_t length_of_day = 10;
  auto out = answer.zone ? fmt::format("Kaspersky zone {}", kaspersky::name_of(*answer.zone))
                         : std::string("Kaspersky");
  const std::string_view first = answer.general.first_seen;
  if (!first.empty() && !is_to_come(first, today)) {
    out += fmt::format(", first seen on {}", first.substr(0, length_of_day));
  }
  if (const auto last = last_seen(answer, today); !last.empty()) {
    out += fmt::format(", last seen on {}", last.substr(0, length_of_day));
  }
  return out + ".";
}

}  // namespace enrichment
