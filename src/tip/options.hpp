// What people can choose about the Kaspersky connector.
#pragma once

#include "enrichment/options.hpp"
#include "tip/lookup_chain.hpp"

namespace tip {

/// Its settings set these, but for what the source is given to work with.
struct Options {
  LookupChainOptions chain;
  enrichment::Options enrichment;
};

}  // namespace tip
