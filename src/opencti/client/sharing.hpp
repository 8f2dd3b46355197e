// Organisation sharing: what is derived from a restricted object is shared with the same
// organisations.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "opencti/client/rights.hpp"
#include "telemetry/log.hpp"

namespace opencti {

/// Says once in the log that the connector's user lacks the right to share, when that costs
/// something: the platform reports no error. Thread-safe.
class SharingWatch final {
 public:
  /// What the platform tells of the token's user. Until it is called nothing is said.
  void use(const TokenUser& user);
  /// Results about an object that is shared with organisations are going to be sent.
  void shared(const telemetry::Log& log);

 private:
  std::atomic<bool> lacks_right_ = false;
  std::atomic<bool> said_ = false;
};

/// Ids of the organisations that the object is shared with, in either of its forms. Empty: no
/// restriction, or the connector's user may not see it (capability KNORGARESTRICT).
[[nodiscard]] std::vector<std::string> granted_refs(const nlohmann::json& object);

/// Shares every object with these organisations as well, as pycti does: in the OpenCTI extension
/// where the object has one, at the root elsewhere. Nothing is done for an empty list.
void share_with(std::vector<nlohmann::json>& objects,
                const std::vector<std::string>& organisations);

}  // namespace opencti
