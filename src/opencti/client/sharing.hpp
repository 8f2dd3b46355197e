// Organisation sharing: objects derived from a restricted object are shared with the same
// organisations.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "opencti/client/rights.hpp"
#include "telemetry/log.hpp"

namespace opencti {

/// Logs once that the connector's user lacks the right to share, when results are affected: the
/// platform does not report an error. Thread-safe.
class SharingWatch final {
 public:
  /// Sets the token's user. Before the first call nothing is logged.
  void use(const TokenUser& user);
  /// Results about an object that is shared with organisations will be sent.
  void shared(const telemetry::Log& log);

 private:
  std::atomic<bool> lacks_right_ = false;
  std::atomic<bool> said_ = false;
};

/// Maximum number of organisations that a result is shared with: each object of the result names
/// all of them.
inline constexpr std::size_t max_organisations = 100;

/// Ids of the organisations that the object is shared with, in either of its forms: `identity--`
/// and a UUID; other texts are omitted. Empty: no restriction, or the connector's user may not see
/// it (capability KNORGARESTRICT).
[[nodiscard]] std::vector<std::string> granted_refs(const nlohmann::json& object);

/// Adds these organisations to every object, as pycti does: in the OpenCTI extension if the object
/// has one, otherwise at the root. An empty list changes nothing.
/// @param organisations without duplicates
void share_with(std::vector<nlohmann::json>& objects,
                const std::vector<std::string>& organisations);

}  // namespace opencti
