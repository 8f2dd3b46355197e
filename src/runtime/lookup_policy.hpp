// Checks before an object is looked up at the source.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opencti/client/platform.hpp"
#include "source/outcome.hpp"
#include "stix/markings.hpp"

namespace runtime {

/// Whether the type is in the connector's scope; ignores letter case.
[[nodiscard]] bool in_scope(const std::vector<std::string>& scope, const std::string& entity_type);

/// The strictest TLP and PAP of the object: of its current markings on the platform, and of the
/// markings in the message or the playbook's bundle, which an earlier step may have changed. An
/// unknown definition of one of these types counts as its strictest level. Markings of other types
/// are ignored.
[[nodiscard]] stix::Markings strictest_markings(const std::vector<opencti::Marking>& markings,
                                                const std::vector<std::string>& marking_refs);

/// The maximum markings of objects that may be looked up.
struct MarkingLimits {
  stix::Tlp tlp = stix::Tlp::amber;
  stix::Pap pap = stix::Pap::amber;
};

/// A marking that is stricter than its limit.
struct ExceededLimit {
  /// `over_tlp` or `over_pap`.
  source::Outcome outcome;
  /// As OpenCTI spells them.
  std::string_view marked;
  std::string_view limit;
};

/// The first limit that is exceeded; nothing if the object may be looked up.
[[nodiscard]] std::optional<ExceededLimit> exceeded_limit(const MarkingLimits& limits,
                                                          const stix::Markings& markings);

}  // namespace runtime
