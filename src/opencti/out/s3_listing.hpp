// Reads responses of an S3 service, which are untrusted XML; only a few elements are used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace opencti {

struct S3Object {
  std::string key;
  /// `2024-05-01T10:20:30.000Z`
  std::string last_modified;
};

struct S3Listing {
  std::vector<S3Object> objects;
  /// The continuation token of the next part; empty after the last part.
  std::string next;
};

/// The response to ListObjectsV2, without its invalid parts. Keys with escaped characters are
/// omitted: the connector's keys have none.
[[nodiscard]] S3Listing read_listing(std::string_view xml);

/// The `Code` of an error response: only letters, maximum 64; empty for anything else.
[[nodiscard]] std::string error_code(std::string_view xml);

}  // namespace opencti
