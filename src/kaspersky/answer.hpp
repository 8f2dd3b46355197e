// What Kaspersky said about an object, read once and checked field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "kaspersky/zone.hpp"
#include "net/error.hpp"

namespace kaspersky {

struct LicenseInfo {
  std::optional<std::int64_t> day_requests;
  std::optional<std::int64_t> day_quota;
  /// As it came; the format is not documented.
  std::string token_expiration_date;
};

struct FileGeneralInfo {
  /// Lower-case hex of the right length, or empty.
  std::string md5;
  std::string sha1;
  std::string sha256;
  /// In bytes.
  std::optional<std::int64_t> size;
  /// As they came: `CATEGORY_MALWARE`.
  std::vector<std::string> categories;
};

struct Answer {
  std::optional<LicenseInfo> license;
  std::optional<Zone> zone;
  std::optional<FileGeneralInfo> file;
  /// One line for each thing that was there but could not be used: an unknown zone, a field of
  /// another type. Names the field, and what was expected; at most 21 lines of printable ASCII.
  std::vector<std::string> oddities;
};

/// Reads an answer. A missing field, null, an empty list or an empty text is simply absent; a field
/// of another type costs that field and adds an oddity. Fails only if the document is not a JSON
/// object.
[[nodiscard]] net::Result<Answer> read_answer(const nlohmann::json& document);

}  // namespace kaspersky
