// Cuts a bundle into bundles of one object each, what others refer to first: the form in which
// OpenCTI takes objects in parallel. An object that arrives before what it refers to costs its
// worker seconds.
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
  /// One, and the sequences of all objects of the bundle that this one refers to, a repeated
  /// reference counted as often as it stands there. At most 2^53-1. Stands in the content as
  /// `x_opencti_seq`.
  std::int64_t sequence;
  std::string object_id;
};

/// An object that OpenCTI would refuse.
struct Dropped {
  /// Empty if the object has none.
  std::string object_id;
  /// A few words for the log.
  std::string reason;
};

struct Split {
  /// By sequence; with equal ones what is referred to still comes first.
  std::vector<Piece> pieces;
  std::vector<Dropped> dropped;
};

/// Of objects with the same id the last one is taken, as OpenCTI does with a whole bundle. From the
/// objects are removed: references to the object itself, references that close a cycle, references
/// to types that OpenCTI does not know (in `…_ref` they become null), repeated references, repeated
/// external references and those that have neither `url` nor `source_name` with `external_id`, and
/// repeated kill chain phases. References to what is not in the bundle stay: it may be on the
/// platform.
///
/// Dropped are objects without id or of a type that OpenCTI does not know, relationships without
/// source or target, and sightings of nothing or by nobody.
///
/// The counterpart in OpenCTI's Python client also writes the sequence into the object, as
/// `nb_deps`. It does not stand there here: the worker has no use for it.
///
/// The cost is linear in the number of objects and references; depth is no limit.
[[nodiscard]] Split split(std::vector<nlohmann::json> objects, std::string_view bundle_id);

}  // namespace stix
