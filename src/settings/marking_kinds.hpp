// Kinds of settings that are maximum markings.
#pragma once

#include "settings/engine.hpp"
#include "stix/pap.hpp"
#include "stix/tlp.hpp"

namespace settings {

[[nodiscard]] Kind tlp_level(Put<stix::Tlp> put);
[[nodiscard]] Kind pap_level(Put<stix::Pap> put);

}  // namespace settings
