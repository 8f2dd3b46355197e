#include "app/options.hpp"

namespace app {

opencti::GraphqlOptions graphql_options(const source::Product& product,
                                        const settings::Settings& settings) {
  opencti::GraphqlOptions options;
  options.url = settings.opencti.url;
  options.token = settings.opencti.token;
  options.custom_headers = settings.opencti.custom_headers;
  // As in pycti, named certificates turn verification on.
  options.http.verify_tls =
      settings.opencti.ssl_verify.on || !settings.https_ca_certificates.empty();
  options.http.ca_path = settings.opencti.ssl_verify.ca_path;
  options.http.extra_ca_pem = settings.https_ca_certificates;
  options.http.user_agent = user_agent(product);
  return options;
}

net::HttpClientOptions http_options(const source::Product& product,
                                    const settings::Settings& settings) {
  net::HttpClientOptions options;
  options.extra_ca_pem = settings.https_ca_certificates;
  options.user_agent = user_agent(product);
  return options;
}

storage::DatabaseOptions store_options(const source::Product& product,
                                       const settings::Settings& settings) {
  // Answers leave parts of pages empty, and other data needs space, above all accepted messages.
  // SQLite's log beside the file may be as large as what one transaction changes.
  constexpr std::int64_t slack = 2;
  constexpr std::int64_t others = std::int64_t{128} * 1024 * 1024;
  return {.path = settings.policies.cache_path,
          .max_size = slack * (product.stored ? product.stored() : 0) + others};
}

std::vector<opencti::NeededRight> used_rights(const source::Product& product,
                                              const settings::Settings& settings,
                                              const opencti::TokenUser& user) {
  return opencti::rights_for(
      {.workbenches = settings.sending.validates_in(settings::ValidationMode::workbench),
       .labels = product.makes_labels && product.makes_labels(),
       .organisations = !user.platform_organisation.empty()});
}

opencti::Identity identity(const source::Product& product, const settings::Connector& settings) {
  return {.id = settings.id,
          .name = settings.name,
          .scope = settings.scope,
          .automatic = settings.automatic,
          .on_update = settings.auto_update,
          .resolution = settings.enrichment_resolution,
          .only_contextual = settings.only_contextual,
          .version = std::string(product.version),
          .slug = std::string(product.program)};
}

net::AmqpAddress broker_address(const net::AmqpAddress& provided, const settings::Broker& broker) {
  net::AmqpAddress address;
  address.host = broker.host.value_or(provided.host);
  address.port = broker.port.value_or(provided.port);
  address.vhost = broker.vhost.value_or(provided.vhost);
  // Otherwise the platform could name a host that receives credentials for another host.
  const bool own_host = broker.host.has_value();
  address.user = own_host ? broker.user.value_or(provided.user) : provided.user;
  address.password = own_host ? broker.pass.value_or(provided.password) : provided.password;
  if (broker.use_ssl.value_or(provided.tls.has_value())) {
    address.tls = net::AmqpTls{.verify_peer = broker.use_ssl_reject_unauthorized,
                               .ca = broker.use_ssl_ca,
                               .certificate = broker.use_ssl_cert,
                               .key = broker.use_ssl_key,
                               .passphrase = broker.use_ssl_passphrase};
  }
  return address;
}

net::AmqpConnectionOptions broker_connection(const source::Product& product,
                                             const settings::Settings& settings,
                                             const net::AmqpAddress& provided,
                                             const char* purpose) {
  net::AmqpConnectionOptions options;
  options.address = broker_address(provided, settings.mq);
  options.name = settings.connector.id + " " + purpose;
  options.product = product.program;
  options.version = product.version;
  return options;
}

}  // namespace app
