#include "opencti/needed_rights.hpp"

#include <fmt/format.h>

#include <utility>

namespace opencti {

Error named(Error error, const NeededRight& right) {
  if (error.kind != ErrorKind::forbidden) return error;
  return {right.need == Need::useful ? ErrorKind::not_permitted : ErrorKind::forbidden,
          fmt::format("{} (the connector's user lacks the right {}, \"{}\": give it the role "
                      "Connector)",
                      error.message, right.capability, right.label)};
}

}  // namespace opencti
