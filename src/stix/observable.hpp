// An observable as the input of an enrichment, and the update that an enrichment makes to it. Both
// are independent of the platform's property names: opencti/ reads the observable and writes the
// update.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "export.hpp"

namespace stix OPENCTI_CONNECTOR_PUBLIC {

/// Hash values by their STIX name: `MD5`, `SHA-1`, `SHA-256`, `SHA-512`.
using Hashes = std::map<std::string, std::string>;

struct Observable {
  /// STIX id, as the platform knows the object.
  std::string id;
  /// STIX type: `file`, `ipv4-addr`, `hostname`.
  std::string type;
  /// The value that identifies it: address, domain, URL. Empty for files, which have hashes and a
  /// name.
  std::string value;
  std::string name;
  Hashes hashes;
  /// Other names of a file.
  std::vector<std::string> additional_names;
  std::vector<std::string> labels;
  std::optional<int> score;
  /// Ids of marking definitions.
  std::vector<std::string> marking_refs;
  std::optional<std::string> created_by_ref;
};

/// What to add to an observable. It may already have some of this; only `score` and `size` replace
/// the present value.
struct ObservableUpdate {
  /// 0 to 100.
  std::optional<int> score;
  Hashes hashes;
  /// In bytes, maximum 2147483647 (the platform's limit).
  std::optional<std::int64_t> size;
  /// Other names of a file.
  std::vector<std::string> additional_names;
  /// Lower case.
  std::vector<std::string> labels;
  /// STIX external references, each with `source_name` and `url`.
  std::vector<nlohmann::json> external_references;
  /// Used only if the observable has no author.
  std::optional<std::string> created_by_ref;
};

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
