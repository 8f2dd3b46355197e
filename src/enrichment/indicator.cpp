#include "enrichment/indicator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "stix/hashes.hpp"

namespace enrichment {
namespace {

struct Described {
  std::string_view stix_type;
  /// OpenCTI's name, for `x_opencti_main_observable_type`.
  std::string_view opencti_type;
  bool by_hashes = false;
};

constexpr std::array described{
    Described{"file", "StixFile", true},
    Described{"artifact", "Artifact", true},
    Described{"ipv4-addr", "IPv4-Addr"},
    Described{"ipv6-addr", "IPv6-Addr"},
    Described{"domain-name", "Domain-Name"},
    Described{"hostname", "Hostname"},
    Described{"url", "Url"},
};

// Other names, and malformed values, would spoil the whole pattern.
constexpr auto hash_names =
    std::to_array<std::string_view>({"MD5", "SHA-1", "SHA-256", "SHA-512", "SSDEEP", "TLSH"});

/// A string literal of the pattern language (STIX 2.1 §9.2): quotes and backslashes are escaped.
std::string literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string pattern_for(const Described& type, const stix::Observable& observable,
                        const stix::Hashes& hashes) {
  std::vector<std::string> tests;
  if (type.by_hashes) {
    for (const auto algorithm : hash_names) {
      const auto hash = hashes.find(std::string(algorithm));
      if (hash == hashes.end() || !stix::is_hash(algorithm, hash->second)) continue;
      tests.push_back(
          fmt::format("{}:hashes.'{}' = {}", type.stix_type, algorithm, literal(hash->second)));
    }
  } else if (!observable.value.empty()) {
    tests.push_back(fmt::format("{}:value = {}", type.stix_type, literal(observable.value)));
  }
  return tests.empty() ? std::string() : fmt::format("[{}]", fmt::join(tests, " OR "));
}

/// The same day of the next year; the first of March for the 29th of February.
std::string a_year_after(std::string_view date) {
  int year = 0;
  std::from_chars(date.data(), date.data() + 4, year);
  const auto rest = date.substr(4);
  if (rest.starts_with("-02-29")) return fmt::format("{:04}-03-01{}", year + 1, rest.substr(6));
  return fmt::format("{:04}{}", year + 1, rest);
}

/// Later today is not to come: `today` is midnight.
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

std::optional<nlohmann::json> indicator_for(const Subject& subject, const stix::Hashes& hashes,
                                            std::optional<int> score, std::string_view description,
                                            std::string_view today,
                                            const stix::Provenance& provenance) {
  const auto& observable = subject.observable;
  const auto* const type =
      std::find_if(described.begin(), described.end(),
                   [&](const Described& row) { return row.stix_type == observable.type; });
  if (type == described.end()) return std::nullopt;
  const auto pattern = pattern_for(*type, observable, hashes);
  if (pattern.empty()) return std::nullopt;
  auto out = stix::indicator(pattern, type->by_hashes ? subject.key : observable.value, today,
                             a_year_after(today), provenance);
  if (!description.empty()) out["description"] = description;
  out["x_opencti_main_observable_type"] = type->opencti_type;
  if (score) out["x_opencti_score"] = *score;
  return out;
}

}  // namespace enrichment
