// Options, from the settings, of parts that several commands use.
#pragma once

#include <string_view>
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

/// What happens while this host's clock is wrong, as a phrase after "otherwise".
inline constexpr std::string_view consequence_of_wrong_clock =
    "messages that the platform's workers post, and requests to S3, can be rejected, notes and "
    "Indicators get wrong dates, and the day of the quota begins at the wrong time";

/// For services other than the platform.
[[nodiscard]] net::HttpClientOptions http_options(const source::Product& product,
                                                  const settings::Settings& settings);

/// The store's file; in memory if the settings do not name one.
[[nodiscard]] storage::DatabaseOptions store_options(const source::Product& product,
                                                     const settings::Settings& settings);

/// The rights that these settings need on the platform of this user.
[[nodiscard]] std::vector<opencti::NeededRight> used_rights(const source::Product& product,
                                                            const settings::Settings& settings,
                                                            const opencti::TokenUser& user);

/// The identity of this connector, without a callback_url.
[[nodiscard]] opencti::Identity identity(const source::Product& product,
                                         const settings::Connector& settings);

/// The broker's address: as provided by the platform at registration, overridden by the settings.
/// User and password of the settings are used only with the host of the settings.
[[nodiscard]] net::AmqpAddress broker_address(const net::AmqpAddress& provided,
                                              const settings::Broker& broker);

/// @param provided the broker's address from the platform
/// @param purpose of the connection, shown in the broker's management page
[[nodiscard]] net::AmqpConnectionOptions broker_connection(const source::Product& product,
                                                           const settings::Settings& settings,
                                                           const net::AmqpAddress& provided,
                                                           const char* purpose);

}  // namespace app
