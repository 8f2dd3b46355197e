#include "app/options.hpp"

#include "app/broker_address.hpp"

namespace app {
namespace {

constexpr std::int64_t mebibyte = std::int64_t{1024} * 1024;

}  // namespace

opencti::GraphqlOptions graphql_options(const source::Product& product,
                                        const settings::Settings& settings) {
  opencti::GraphqlOptions options;
  options.url = settings.opencti.url;
  options.token = settings.opencti.token;
  options.custom_headers = settings.opencti.custom_headers;
  // Who names certificates wants them checked: as with pycti, they turn verification on.
  options.http.verify_tls =
      settings.opencti.ssl_verify.on || !settings.https_ca_certificates.empty();
  options.http.ca_path = settings.opencti.ssl_verify.ca_path;
  options.http.extra_ca_pem = settings.https_ca_certificates;
  options.http.user_agent = user_agent(product);
  return options;
}

kaspersky::ClientOptions kaspersky_options(const source::Product& product,
                                           const settings::Settings& settings) {
  kaspersky::ClientOptions options;
  options.base_url = settings.kaspersky.api_base_url;
  options.api_key = settings.kaspersky.api_key;
  options.sections = {{kaspersky::ObjectKind::hash, settings.kaspersky.file_sections},
                      {kaspersky::ObjectKind::ip, settings.kaspersky.ipv4_sections},
                      {kaspersky::ObjectKind::domain, settings.kaspersky.domain_sections},
                      {kaspersky::ObjectKind::url, settings.kaspersky.url_sections}};
  options.records_count = settings.kaspersky.records_count;
  options.http.extra_ca_pem = settings.https_ca_certificates;
  options.http.user_agent = user_agent(product);
  return options;
}

tip::LookupChainOptions lookup_chain_options(const source::Product& product,
                                             const settings::Settings& settings) {
  return {.client = kaspersky_options(product, settings),
          .daily_quota = settings.lookups.daily_quota,
          .quota_reserve = settings.lookups.quota_reserve,
          .requests_per_second = settings.lookups.requests_per_second,
          // One worker is left for people.
          .most_waiting = settings.connector.workers - 1,
          .cache_ttl = settings.lookups.cache_ttl,
          .cache_size = settings.lookups.cache_size * mebibyte};
}

storage::DatabaseOptions store_options(const settings::Settings& settings) {
  // Answers leave parts of pages empty, and other users need some room: accepted messages above
  // all.
  constexpr std::int64_t slack = 2;
  constexpr std::int64_t others = 128 * mebibyte;
  return {.path = settings.lookups.cache_path,
          .max_size = slack * settings.lookups.cache_size * mebibyte + others};
}

enrichment::Options enrichment_options(const settings::Kaspersky& settings) {
  return {.scores = settings.zone_octi_score_mapping,
          .score_policy = settings.score_policy,
          .labels = settings.labels,
          .label_prefix = settings.label_prefix,
          .zone_label = settings.zone_label,
          .indicators_for = settings.create_indicators_for,
          .rows = static_cast<std::size_t>(settings.records_count),
          .note_not_found = settings.note_not_found,
          .ask_about_reserved = settings.lookup_reserved};
}

std::vector<opencti::NeededRight> used_rights(const settings::Settings& settings,
                                              const opencti::TokenUser& user) {
  return opencti::rights_for(
      {.workbenches = settings.sending.validate_before_import &&
                      settings.sending.validation_mode == settings::ValidationMode::workbench,
       .labels = settings.kaspersky.labels || settings.kaspersky.zone_label,
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

net::AmqpConnectionOptions broker_connection(const source::Product& product,
                                             const settings::Settings& settings,
                                             const net::AmqpAddress& told, const char* purpose) {
  net::AmqpConnectionOptions options;
  options.address = broker_address(told, settings.mq);
  options.name = settings.connector.id + " " + purpose;
  options.product = product.program;
  options.version = product.version;
  return options;
}

}  // namespace app
