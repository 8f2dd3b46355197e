// What must hold before anything about an object leaves for Kaspersky.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "opencti/platform.hpp"
#include "stix/tlp.hpp"

namespace runtime {

/// Whether the type is one that the connector is set to enrich; letter case does not matter.
[[nodiscard]] bool in_scope(const std::vector<std::string>& scope, const std::string& entity_type);

/// The most restrictive TLP of the object: by what the platform says now, and by what the message
/// or the playbook's bundle says, where an earlier step may have tightened it. Nothing when
/// unmarked.
[[nodiscard]] std::optional<stix::Tlp> strictest_tlp(const std::vector<opencti::Marking>& markings,
                                                     const std::vector<std::string>& marking_refs);

}  // namespace runtime
