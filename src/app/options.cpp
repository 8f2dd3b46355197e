#include "app/options.hpp"

#include "app/broker_address.hpp"
#include "app/version.hpp"

namespace app {

opencti::GraphqlOptions graphql_options(const settings::Settings& settings) {
  opencti::GraphqlOptions options;
  options.url = settings.opencti.url;
  options.token = settings.opencti.token;
  options.custom_headers = settings.opencti.custom_headers;
  // Who names certificates wants them checked: as with pycti, they turn verification on.
  options.http.verify_tls =
      settings.opencti.ssl_verify.on || !settings.https_ca_certificates.empty();
  options.http.ca_path = settings.opencti.ssl_verify.ca_path;
  options.http.extra_ca_pem = settings.https_ca_certificates;
  options.http.user_agent = user_agent;
  return options;
}

kaspersky::ClientOptions kaspersky_options(const settings::Settings& settings) {
  kaspersky::ClientOptions options;
  options.base_url = settings.kaspersky.api_base_url;
  options.api_key = settings.kaspersky.api_key;
  options.sections = {{kaspersky::ObjectKind::hash, settings.kaspersky.file_sections},
                      {kaspersky::ObjectKind::ip, settings.kaspersky.ipv4_sections},
                      {kaspersky::ObjectKind::domain, settings.kaspersky.domain_sections},
                      {kaspersky::ObjectKind::url, settings.kaspersky.url_sections}};
  options.records_count = settings.kaspersky.records_count;
  options.http.extra_ca_pem = settings.https_ca_certificates;
  options.http.user_agent = user_agent;
  return options;
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

opencti::Identity identity(const settings::Connector& settings) {
  return {.id = settings.id,
          .name = settings.name,
          .scope = settings.scope,
          .automatic = settings.automatic,
          .on_update = settings.auto_update,
          .resolution = settings.enrichment_resolution,
          .only_contextual = settings.only_contextual,
          .version = std::string(version),
          .slug = "kaspersky-enrichment"};
}

net::AmqpConnectionOptions broker_connection(const settings::Settings& settings,
                                             const net::AmqpAddress& told, const char* purpose) {
  net::AmqpConnectionOptions options;
  options.address = broker_address(told, settings.mq);
  options.name = settings.connector.id + " " + purpose;
  options.product = "kaspersky-enrichment";
  options.version = version;
  return options;
}

}  // namespace app
