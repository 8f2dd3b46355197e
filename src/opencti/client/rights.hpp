// Who the token's user is, what the user may do and see, and how much the platform believes it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opencti/client/graphql.hpp"
#include "opencti/client/needed_rights.hpp"
#include "stix/tlp.hpp"

namespace opencti {

struct TokenUser {
  std::string name;
  /// As the platform spells them: `CONNECTORAPI`, `KNOWLEDGE_KNUPDATE`.
  std::vector<std::string> capabilities;
  /// Definitions of the markings that the user may see, `TLP:AMBER`; nothing where the platform
  /// does not tell.
  std::optional<std::vector<std::string>> markings = {};
  /// The user's maximum confidence, and others for some types of objects; nothing where the
  /// platform does not tell.
  std::optional<int> max_confidence = {};
  std::map<std::string, int, std::less<>> max_confidence_of = {};
  /// The platform organisation: where there is one, who is in another organisation sees only what
  /// is shared with that. Empty: there is none, or the platform does not tell.
  std::string platform_organisation = {};

  /// Also by any capability whose name contains this one, as the platform has it, and by `BYPASS`,
  /// which gives everything.
  [[nodiscard]] bool may(std::string_view capability) const;
  /// Has the capability that gives everything, and is not bound by markings. `KNBYPASSFIELDS` is
  /// not it, although its name contains the word.
  [[nodiscard]] bool bypasses() const;
  /// Those of the rights that the user lacks.
  [[nodiscard]] std::vector<NeededRight> lacking(const std::vector<NeededRight>& rights) const;
  /// The strictest TLP that the user may see; nothing where that is none, or the platform does not
  /// tell.
  [[nodiscard]] std::optional<stix::Tlp> max_tlp() const;
  /// @param entity_type OpenCTI's name of it
  [[nodiscard]] std::optional<int> confidence_for(std::string_view entity_type) const;
};

/// Platforms that do not know all that is asked for are asked for name and capabilities alone.
[[nodiscard]] Result<TokenUser> read_own_user(const GraphqlClient& client,
                                              const net::Deadline& deadline);

}  // namespace opencti
