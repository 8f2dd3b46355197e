// The token's user: rights, markings and confidence.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opencti/client/graphql.hpp"
#include "opencti/client/needed_rights.hpp"
#include "stix/pap.hpp"
#include "stix/tlp.hpp"

namespace opencti {

struct TokenUser {
  std::string name;
  /// As the platform spells them: `CONNECTORAPI`, `KNOWLEDGE_KNUPDATE`.
  std::vector<std::string> capabilities;
  /// Definitions of the markings that the user may see, `TLP:AMBER`; nothing if the platform does
  /// not report them.
  std::optional<std::vector<std::string>> markings = {};
  /// The user's maximum confidence, and exceptions for some types of objects; nothing if the
  /// platform does not report it.
  std::optional<int> max_confidence = {};
  std::map<std::string, int, std::less<>> max_confidence_of = {};
  /// The platform organisation: if there is one, users of other organisations see only data that is
  /// shared with those. Empty: there is none, or the platform does not report it.
  std::string platform_organisation = {};

  /// Whether the user has this capability; as on the platform, also any capability whose name
  /// contains it, and `BYPASS`, which grants everything.
  [[nodiscard]] bool may(std::string_view capability) const;
  /// Whether the user has `BYPASS`, which grants everything and ignores markings. `KNBYPASSFIELDS`
  /// does not, although its name contains the word.
  [[nodiscard]] bool bypasses() const;
  /// The rights of these that the user lacks.
  [[nodiscard]] std::vector<NeededRight> lacking(const std::vector<NeededRight>& rights) const;
  /// The strictest TLP that the user may see; nothing if there is none, or the platform does not
  /// report it.
  [[nodiscard]] std::optional<stix::Tlp> max_tlp() const;
  /// The same for PAP.
  [[nodiscard]] std::optional<stix::Pap> max_pap() const;
  /// @param entity_type OpenCTI's name of it
  [[nodiscard]] std::optional<int> confidence_for(std::string_view entity_type) const;
};

/// From platforms that do not know all fields, reads only name and capabilities.
[[nodiscard]] Result<TokenUser> read_own_user(const GraphqlClient& client,
                                              const net::Deadline& deadline);

}  // namespace opencti
