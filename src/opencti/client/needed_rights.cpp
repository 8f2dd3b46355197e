#include "opencti/client/needed_rights.hpp"

#include <fmt/format.h>

#include <utility>

namespace opencti {

std::vector<NeededRight> rights_for(const UseOfRights& use) {
  std::vector<NeededRight> rights;
  for (const auto& right : needed::all) {
    const bool matters = (right.capability != needed::import.capability || use.workbenches) &&
                         (right.capability != needed::labels.capability || use.labels) &&
                         (right.capability != needed::sharing.capability || use.organisations);
    if (matters) rights.push_back(right);
  }
  return rights;
}

std::string how_to_give(const NeededRight& right) {
  if (right.stock) {
    return fmt::format("give the user the role Connector, or its role the capability \"{}\"",
                       right.label);
  }
  return fmt::format(
      "give the user a second role with the capability \"{}\", which the role Connector does not "
      "have",
      right.label);
}

Error named(Error error, const NeededRight& right) {
  if (error.kind != ErrorKind::forbidden) return error;
  return {right.need == Need::useful ? ErrorKind::not_permitted : ErrorKind::forbidden,
          fmt::format("{} (the connector's user lacks the right {}, \"{}\": give it the role "
                      "Connector)",
                      error.message, right.capability, right.label)};
}

}  // namespace opencti
