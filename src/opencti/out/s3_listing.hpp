// What an S3 service answers, read without trust in its shape: it is XML, of which only a few
// elements matter.
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
  /// What to ask for the next part with; empty after the last one.
  std::string next;
};

/// The answer to ListObjectsV2, up to where it stops being one. Keys with characters that XML
/// escapes are left out: no key of ours has any.
[[nodiscard]] S3Listing read_listing(std::string_view xml);

/// The `Code` of an error answer: letters only, at most 64; empty for anything else.
[[nodiscard]] std::string error_code(std::string_view xml);

}  // namespace opencti
