// What the tests of settings share: the least that a connector needs.
#pragma once

#include "settings/load.hpp"
#include "settings/table.hpp"
#include "unit/configuration/fixture.hpp"

namespace settings {

using configuration::FakeFiles;

/// The required settings, with those given added or changed.
inline Environment with(const Environment& more = {}) {
  Environment environment = more;
  environment.emplace("OPENCTI_URL", "http://opencti:8080");
  environment.emplace("OPENCTI_TOKEN", "platform-token");
  environment.emplace("KASPERSKY_API_KEY", "api-key-value");
  environment.emplace("CONNECTOR_ID", "6ba1b2f4-5f4e-4a40-a18c-2d6f7b0f0d61");
  return environment;
}

}  // namespace settings
