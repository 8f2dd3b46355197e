// Kaspersky's answer about an object, read once and checked field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "kaspersky/facts.hpp"
#include "kaspersky/related.hpp"
#include "kaspersky/zone.hpp"

namespace kaspersky {

struct LicenseInfo {
  std::optional<std::int64_t> day_requests;
  std::optional<std::int64_t> day_quota;
  /// Unchanged; the format is not documented.
  std::string token_expiration_date;
};

/// A report by Kaspersky on an attack that involves the object.
struct Report {
  /// Either may be empty; without an id no page can be referenced.
  std::string id;
  std::string title;
};

/// The general section, which is the same for all kinds of objects.
struct GeneralInfo {
  /// Unchanged: `CATEGORY_MALWARE`. Without duplicates.
  std::vector<std::string> categories;
  /// The categories that occur only in the grey or green zone: they describe a topic, not a threat.
  std::set<std::string> harmless_categories;
  bool has_apt = false;
  std::vector<Report> reports;
  /// In the form of parse_date(), or empty.
  std::string first_seen;
  std::string last_seen;
};

struct FileGeneralInfo {
  /// Lower-case hex of the right length, or empty.
  std::string md5;
  std::string sha1;
  std::string sha256;
  /// File size in bytes.
  std::optional<std::int64_t> size;
};

struct IpGeneralInfo {
  std::string ip;
  /// ISO 3166-1 alpha-2, unchanged.
  std::string country_code;
};

struct UrlGeneralInfo {
  /// The URL that was looked up, in Kaspersky's form: without scheme, `www.`, port and so on.
  std::string url;
  /// A domain or an address.
  std::string host;
};

struct AutonomousSystem {
  std::int64_t number;
  std::string name;
};

struct Answer {
  std::optional<LicenseInfo> license;
  std::optional<Zone> zone;
  GeneralInfo general;
  std::optional<FileGeneralInfo> file;
  std::optional<IpGeneralInfo> ip;
  std::optional<UrlGeneralInfo> url;
  /// Section FileNames, without duplicates.
  std::vector<std::string> file_names;
  std::vector<AutonomousSystem> autonomous_systems;
  std::vector<std::string> industries;
  /// One for each section with related objects that has rows.
  std::vector<RelatedObjects> related;
  /// Facts that do not become STIX objects, for people to read.
  std::vector<FactSheet> facts;
  /// One line per field that could not be used, such as an unknown zone or a wrong type. It names
  /// the field and the expected type. Maximum 21 lines of printable ASCII.
  std::vector<std::string> oddities;
};

/// Reads an answer. A missing field, null, an empty list or an empty text counts as absent. A field
/// of a wrong type is skipped and adds an oddity. Fails only if the document is not a JSON object.
[[nodiscard]] tl::expected<Answer, std::string> read_answer(const nlohmann::json& document);

}  // namespace kaspersky
