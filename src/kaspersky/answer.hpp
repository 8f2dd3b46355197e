// What Kaspersky said about an object, read once and checked field by field.
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
  /// As it came; the format is not documented.
  std::string token_expiration_date;
};

/// A report of Kaspersky's on an attack that the object had a part in.
struct Report {
  /// One of the two may be empty: without an id there is no page to refer to.
  std::string id;
  std::string title;
};

/// What the general section tells about any kind of object.
struct GeneralInfo {
  /// As they came: `CATEGORY_MALWARE`. Each once.
  std::vector<std::string> categories;
  /// Those of them that are in the grey or green zone and in no other: what the object is about,
  /// and no threat.
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
  /// In bytes.
  std::optional<std::int64_t> size;
};

struct IpGeneralInfo {
  std::string ip;
  /// ISO 3166-1 alpha-2, as it came.
  std::string country_code;
};

struct UrlGeneralInfo {
  /// What was asked about in the form that rows have: without scheme, `www.`, port and so on.
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
  /// Section FileNames, each once.
  std::vector<std::string> file_names;
  std::vector<AutonomousSystem> autonomous_systems;
  std::vector<std::string> industries;
  /// One for each section with related objects that has rows.
  std::vector<RelatedObjects> related;
  /// What has no object of its own, for people to read.
  std::vector<FactSheet> facts;
  /// One line for each thing that was there but could not be used: an unknown zone, a field of
  /// another type. Names the field, and what was expected; at most 21 lines of printable ASCII.
  std::vector<std::string> oddities;
};

/// Reads an answer. A missing field, null, an empty list or an empty text is simply absent; a field
/// of another type costs that field and adds an oddity. Fails only if the document is not a JSON
/// object.
[[nodiscard]] tl::expected<Answer, std::string> read_answer(const nlohmann::json& document);

}  // namespace kaspersky
