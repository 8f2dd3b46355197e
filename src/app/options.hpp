// What the settings mean for the parts that several commands make.
#pragma once

#include <vector>

#include "enrichment/options.hpp"
#include "kaspersky/client.hpp"
#include "net/amqp/broker.hpp"
#include "opencti/client/graphql.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/client/rights.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"
#include "storage/database.hpp"
#include "tip/lookup_chain.hpp"

namespace app {

[[nodiscard]] opencti::GraphqlOptions graphql_options(const source::Product& product,
                                                      const settings::Settings& settings);

/// Whoever asks Kaspersky does so like this; metrics apart.
[[nodiscard]] kaspersky::ClientOptions kaspersky_options(const source::Product& product,
                                                         const settings::Settings& settings);

/// But for metrics and a budget of memory.
[[nodiscard]] tip::LookupChainOptions lookup_chain_options(const source::Product& product,
                                                           const settings::Settings& settings);

/// The file of all that is remembered; in memory where the settings name none.
[[nodiscard]] storage::DatabaseOptions store_options(const settings::Settings& settings);

[[nodiscard]] enrichment::Options enrichment_options(const settings::Kaspersky& settings);

/// The rights of which these settings make use on the platform of this user.
[[nodiscard]] std::vector<opencti::NeededRight> used_rights(const settings::Settings& settings,
                                                            const opencti::TokenUser& user);

/// How this connector presents itself, but for a callback_url.
[[nodiscard]] opencti::Identity identity(const source::Product& product,
                                         const settings::Connector& settings);

/// @param told what the platform says of its broker
/// @param purpose what the connection is for, shown in the broker's management page
[[nodiscard]] net::AmqpConnectionOptions broker_connection(const source::Product& product,
                                                           const settings::Settings& settings,
                                                           const net::AmqpAddress& told,
                                                           const char* purpose);

}  // namespace app
