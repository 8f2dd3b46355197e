// The services that the constructor of an output gets in addition to its options.
#pragma once

#include "net/http/client.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/out/output.hpp"
#include "telemetry/log.hpp"

namespace opencti {

struct OutputServices {
  const Identity& identity;
  telemetry::Log log;
  /// User agent and trusted certificates.
  net::HttpClientOptions http = {};
};

}  // namespace opencti
