#include "source/indicator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "stix/hashes.hpp"

namespace source {
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

// Other names, and malformed values, would make the whole pattern invalid.
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

/// The same day of the next year; for the 29th of February the first of March.
std::string a_year_after(std::string_view date) {
  int year = 0;
  std::from_chars(date.data(), date.data() + 4, year);
  const auto rest = date.substr(4);
  if (rest.starts_with("-02-29")) return fmt::format("{:04}-03-01{}", year + 1, rest.substr(6));
  return fmt::format("{:04}{}", year + 1, rest);
}

}  // namespace

std::optional<nlohmann::json> indicator_for(const stix::Observable& observable,
                                            const stix::Hashes& hashes,
                                            const IndicatorDetails& details,
                                            const stix::Provenance& provenance) {
  const auto* const type =
      std::find_if(described.begin(), described.end(),
                   [&](const Described& row) { return row.stix_type == observable.type; });
  if (type == described.end()) return std::nullopt;
  const auto pattern = pattern_for(*type, observable, hashes);
  if (pattern.empty()) return std::nullopt;
  auto out = stix::indicator(pattern, type->by_hashes ? details.name_of_file : observable.value,
                             details.today, a_year_after(details.today), provenance);
  if (!details.description.empty()) out["description"] = details.description;
  out["x_opencti_main_observable_type"] = type->opencti_type;
  if (details.score) out["x_opencti_score"] = *details.score;
  return out;
}

}  // namespace source
