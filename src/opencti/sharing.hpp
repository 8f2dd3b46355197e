// Organisation sharing: what is derived from a restricted object is shared with the same
// organisations.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace opencti {

/// Ids of the organisations that the object is shared with, in either of its forms. Empty: no
/// restriction, or the connector's user may not see it (capability KNORGARESTRICT).
[[nodiscard]] std::vector<std::string> granted_refs(const nlohmann::json& object);

/// Shares every object with these organisations as well, as pycti does: in the OpenCTI extension
/// where the object has one, at the root elsewhere. Nothing is done for an empty list.
void share_with(std::vector<nlohmann::json>& objects,
                const std::vector<std::string>& organisations);

}  // namespace opencti
