// The options of the Kaspersky connector.
#pragma once

#include "enrichment/options.hpp"
#include "tip/lookup_chain.hpp"

namespace tip {

/// Set by the connector's settings, except what source::Services provides.
struct Options {
  LookupChainOptions chain;
  enrichment::Options enrichment;
};

}  // namespace tip
