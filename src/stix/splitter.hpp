// Splits a bundle into bundles of one object each, in which a referenced object comes before those
// that refer to it. OpenCTI imports objects in parallel in this form. An object that arrives before
// one that it refers to delays its worker by seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace stix {

/// A bundle of one object.
struct Piece {
  /// UTF-8 JSON.
  std::string content;
  /// One plus the sequences of all objects of the bundle that this object refers to; a repeated
  /// reference counts each time. Maximum 2^53-1. It is `x_opencti_seq` in the content.
  std::int64_t sequence;
  std::string object_id;
};

/// An object that OpenCTI would reject.
struct Dropped {
  /// Empty if the object has none.
  std::string object_id;
  /// A few words for the log.
  std::string reason;
};

struct Split {
  /// Ordered by sequence; among equal sequences, referenced objects still come first.
  std::vector<Piece> pieces;
  std::vector<Dropped> dropped;
};

/// If several objects have the same id, the last one is used, as OpenCTI does with a whole bundle.
/// Removed from the objects are: references to the object itself, references that close a cycle,
/// references to types that OpenCTI does not know (in `…_ref` they become null), repeated
/// references, repeated external references and those that have neither `url` nor `source_name`
/// with `external_id`, and repeated kill chain phases. References to objects outside the bundle
/// stay: the platform may have them.
///
/// Dropped are objects without an id or of a type that OpenCTI does not know, relationships without
/// source or target, and sightings without a sighted object or without an observer.
///
/// OpenCTI's Python client also writes the sequence into the object, as `nb_deps`. This function
/// does not: the worker does not use it.
///
/// The cost is linear in the number of objects and references; the depth of references is not
/// limited.
[[nodiscard]] Split split(std::vector<nlohmann::json> objects, std::string_view bundle_id);

}  // namespace stix
