#include "runtime/gates.hpp"

#include <algorithm>
#include <cctype>

namespace runtime {
namespace {

bool equal_ignoring_case(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

}  // namespace

bool in_scope(const std::vector<std::string>& scope, const std::string& entity_type) {
  return std::any_of(scope.begin(), scope.end(),
                     [&](const auto& type) { return equal_ignoring_case(type, entity_type); });
}

std::optional<stix::Tlp> strictest_tlp(const std::vector<opencti::Marking>& markings,
                                       const std::vector<std::string>& marking_refs) {
  auto strictest = stix::strictest(marking_refs);
  for (const auto& marking : markings) {
    auto tlp = stix::tlp_of_marking(marking.standard_id);
    // A platform may hold a TLP under an id of its own. One that nobody knows is the strictest.
    if (!tlp && equal_ignoring_case(marking.definition_type, "TLP")) {
      tlp = stix::parse_tlp(marking.definition).value_or(stix::Tlp::red);
    }
    if (tlp && (!strictest || *tlp > *strictest)) strictest = tlp;
  }
  return strictest;
}

}  // namespace runtime
