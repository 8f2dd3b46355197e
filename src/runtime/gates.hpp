// What must hold before anything about an object leaves for the source.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opencti/client/platform.hpp"
#include "source/outcome.hpp"
#include "stix/markings.hpp"

namespace runtime {

/// Whether the type is one that the connector is set to enrich; letter case does not matter.
[[nodiscard]] bool in_scope(const std::vector<std::string>& scope, const std::string& entity_type);

/// The most restrictive TLP and PAP of the object: by what the platform says now, and by what the
/// message or the playbook's bundle says, where an earlier step may have tightened it. A marking of
/// one of the two types whose definition nobody knows is its most restrictive one. Markings of
/// other types do not count.
[[nodiscard]] stix::Markings strictest_markings(const std::vector<opencti::Marking>& markings,
                                                const std::vector<std::string>& marking_refs);

/// What may be sent to the source at the most.
struct Limits {
  stix::Tlp tlp = stix::Tlp::amber;
  stix::Pap pap = stix::Pap::amber;
};

/// A marking that is stricter than its limit.
struct Excess {
  /// Which of the two: `over_tlp`, `over_pap`.
  source::Outcome outcome;
  /// As OpenCTI spells them.
  std::string_view marked;
  std::string_view limit;
};

/// The first of them; nothing when the object may be asked about.
[[nodiscard]] std::optional<Excess> over(const Limits& limits, const stix::Markings& markings);

}  // namespace runtime
