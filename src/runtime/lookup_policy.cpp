#include "runtime/lookup_policy.hpp"

#include <algorithm>

#include "text/ascii.hpp"

namespace runtime {
bool in_scope(const std::vector<std::string>& scope, const std::string& entity_type) {
  return std::any_of(scope.begin(), scope.end(), [&](const auto& type) {
    return text::equal_ignoring_case(type, entity_type);
  });
}

stix::Markings strictest_markings(const std::vector<opencti::Marking>& markings,
                                  const std::vector<std::string>& marking_refs) {
  auto found = stix::strictest(marking_refs);
  for (const auto& [id, type, definition] : markings) {
    auto tlp = stix::tlp_of_marking(id);
    auto pap = stix::pap_of_marking(id);
    // A platform may have its own id for a level. An unknown level counts as the strictest.
    if (!tlp && text::equal_ignoring_case(type, "TLP")) {
      tlp = stix::parse_tlp(definition).value_or(stix::Tlp::red);
    }
    if (!pap && text::equal_ignoring_case(type, "PAP")) {
      pap = stix::parse_pap(definition).value_or(stix::Pap::red);
    }
    found.tlp = stix::stricter(found.tlp, tlp);
    found.pap = stix::stricter(found.pap, pap);
  }
  return found;
}

std::optional<ExceededLimit> exceeded_limit(const MarkingLimits& limits,
                                            const stix::Markings& markings) {
  if (markings.tlp > limits.tlp) {
    return ExceededLimit{source::Outcome::over_tlp, stix::name_of(*markings.tlp),
                         stix::name_of(limits.tlp)};
  }
  if (markings.pap > limits.pap) {
    return ExceededLimit{source::Outcome::over_pap, stix::name_of(*markings.pap),
                         stix::name_of(limits.pap)};
  }
  return std::nullopt;
}

}  // namespace runtime
