// What the settings mean for the parts that several commands make.
#pragma once

#include <vector>

#include "net/amqp/broker.hpp"
#include "net/http/client.hpp"
#include "opencti/client/graphql.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/client/rights.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"
#include "storage/database.hpp"

namespace app {

[[nodiscard]] opencti::GraphqlOptions graphql_options(const source::Product& product,
                                                      const settings::Settings& settings);

/// For services other than the platform.
[[nodiscard]] net::HttpClientOptions http_options(const source::Product& product,
                                                  const settings::Settings& settings);

/// The file of all that is remembered; in memory where the settings name none.
[[nodiscard]] storage::DatabaseOptions store_options(const source::Product& product,
                                                     const settings::Settings& settings);

/// The rights of which these settings make use on the platform of this user.
[[nodiscard]] std::vector<opencti::NeededRight> used_rights(const source::Product& product,
                                                            const settings::Settings& settings,
                                                            const opencti::TokenUser& user);

/// How this connector presents itself, but for a callback_url.
[[nodiscard]] opencti::Identity identity(const source::Product& product,
                                         const settings::Connector& settings);

/// Which broker to use: what the platform told at registration, and what the settings say over it.
/// User and password of the settings go to the host of the settings alone.
[[nodiscard]] net::AmqpAddress broker_address(const net::AmqpAddress& told,
                                              const settings::Broker& broker);

/// @param told what the platform says of its broker
/// @param purpose what the connection is for, shown in the broker's management page
[[nodiscard]] net::AmqpConnectionOptions broker_connection(const source::Product& product,
                                                           const settings::Settings& settings,
                                                           const net::AmqpAddress& told,
                                                           const char* purpose);

}  // namespace app
