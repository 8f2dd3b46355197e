#include "commands/dependencies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "app/options.hpp"
#include "commands/manual_lookup.hpp"
#include "commands/summary.hpp"
#include "kaspersky/budget.hpp"
#include "net/amqp_probe.hpp"
#include "opencti/registration.hpp"
#include "opencti/rights.hpp"
#include "runtime/wording.hpp"

namespace commands {
namespace {

using namespace std::chrono_literals;
using State = Finding::State;

constexpr auto platform_timeout = 15s;
constexpr auto kaspersky_timeout = 30s;
/// The EICAR test file: harmless, and known to everybody who knows any file.
constexpr const char* eicar_md5 = "44d88612fea8a8f36de82e1278abb02f";

opencti::GraphqlOptions patient(opencti::GraphqlOptions options) {
  options.try_timeout = platform_timeout;
  return options;
}

std::string_view advice(const opencti::Error& error) {
  switch (error.kind) {
    case opencti::ErrorKind::unauthorized:
      return "check OPENCTI_TOKEN, and that its user may use the API";
    case opencti::ErrorKind::forbidden:
      return "give the token's user the role Connector";
    case opencti::ErrorKind::untrusted:
      return "name the authority of its certificate in HTTPS_CA_CERTIFICATES, or correct the host "
             "in "
             "OPENCTI_URL";
    case opencti::ErrorKind::unreachable:
    case opencti::ErrorKind::no_answer:
      return "check OPENCTI_URL, and whether the platform has started";
    default:
      return "see the platform's own log";
  }
}

Finding failed(const opencti::Error& error) {
  return {State::failed, fmt::format("{}; {}", error.message, advice(error))};
}

struct Right {
  std::string_view capability;
  std::string_view purpose;
};

std::vector<Right> rights_needed(const settings::Settings& settings) {
  std::vector<Right> rights{
      {"CONNECTORAPI", "register"}, {"KNOWLEDGE", "read"}, {"KNOWLEDGE_KNUPDATE", "add results"}};
  if (settings.sending.validate_before_import) {
    rights.push_back({"KNOWLEDGE_KNASKIMPORT", "make workbenches"});
  }
  return rights;
}

bool needs_broker(const settings::Settings& settings) {
  const auto& sending = settings.sending;
  return settings.listening.protocol == settings::ListenProtocol::amqp ||
         (sending.to_queue && sending.queue_protocol == settings::QueueProtocol::amqp);
}

std::string_view advice(const net::Error& error) {
  switch (error.kind) {
    case net::ErrorKind::refused:
      return "check MQ_USER, MQ_PASS and MQ_VHOST, where they are set; else the platform's own "
             "RabbitMQ settings";
    case net::ErrorKind::tls:
      return "check MQ_USE_SSL, MQ_USE_SSL_CA and the other settings of TLS";
    default:
      return "if the platform's name for it means nothing here, set MQ_HOST and MQ_PORT";
  }
}

std::string_view advice(const kaspersky::Outcome& outcome) {
  if (std::holds_alternative<kaspersky::Refused>(outcome)) return " Check KASPERSKY_API_KEY.";
  if (std::holds_alternative<kaspersky::Unavailable>(outcome) ||
      std::holds_alternative<kaspersky::Malformed>(outcome) ||
      std::holds_alternative<kaspersky::Rejected>(outcome)) {
    return " Check KASPERSKY_API_BASE_URL and the proxy.";
  }
  return "";
}

}  // namespace

Dependencies::Dependencies(const settings::Settings& settings, telemetry::Log log)
    : settings_(settings),
      log_(std::move(log)),
      platform_(patient(app::graphql_options(settings_))) {}

Finding Dependencies::platform() {
  const auto version = opencti::read_version(platform_, net::Deadline::after(platform_timeout));
  if (!version) return failed(version.error());
  platform_answers_ = true;
  return {State::ok, fmt::format("{} answers, version {}", settings_.opencti.url, *version)};
}

Finding Dependencies::token() {
  if (!platform_answers_) return {State::skipped, "the platform does not answer"};
  const auto user = opencti::read_own_user(platform_, net::Deadline::after(platform_timeout));
  if (!user && user.error().kind == opencti::ErrorKind::not_understood) {
    return {State::skipped, "this platform does not tell the rights of a token"};
  }
  if (!user) return failed(user.error());
  std::vector<std::string> missing;
  std::vector<std::string_view> may;
  for (const auto& [capability, purpose] : rights_needed(settings_)) {
    may.push_back(purpose);
    if (!user->may(capability)) missing.push_back(fmt::format("{} ({})", purpose, capability));
  }
  if (!missing.empty()) {
    return {State::failed, fmt::format("the user {} may not {}; give it the role Connector",
                                       user->name, fmt::join(missing, ", "))};
  }
  return {State::ok, fmt::format("the user {} may {}", user->name, fmt::join(may, ", "))};
}

Finding Dependencies::broker(bool registering) {
  if (!needs_broker(settings_)) return {State::skipped, "these settings need none"};
  if (!platform_answers_) return {State::skipped, "the platform tells where it is"};
  const auto deadline = net::Deadline::after(platform_timeout);
  const auto known = opencti::read_registered(platform_, settings_.connector.id, deadline);
  if (!known) return failed(known.error());
  if (*known) return try_address((*known)->broker);
  if (!registering) {
    return {
        State::skipped,
        "the platform tells where it is once the connector is registered; --register does that"};
  }
  const auto registered =
      opencti::register_connector(platform_, app::identity(settings_.connector), false, deadline);
  if (!registered) return failed(registered.error());
  return try_address(registered->broker);
}

Finding Dependencies::try_address(const net::AmqpAddress& told) const {
  log_.hide(told.password);
  const auto options = app::broker_connection(settings_, told, "check");
  const auto tried = net::try_broker(options);
  if (!tried) {
    return {State::failed, fmt::format("{}; {}", tried.error().message, advice(tried.error()))};
  }
  return {State::ok, fmt::format("{}:{} takes us as {}", options.address.host, options.address.port,
                                 options.address.user)};
}

Finding Dependencies::cache() {
  const auto& path = settings_.lookups.cache_path;
  try {
    store_ = std::make_unique<storage::Database>(app::store_options(settings_), log_);
  } catch (const std::runtime_error& unusable) {
    return {State::failed,
            fmt::format("{}; if the connector is running with it, all is well", unusable.what())};
  }
  if (path.empty()) {
    return {State::ok, "in memory: KASPERSKY_CACHE_PATH names no file, so that each start forgets"};
  }
  return {State::ok, fmt::format("{} can be written", path)};
}

Finding Dependencies::kaspersky() {
  if (!store_) store_ = open_store(settings_, log_);
  kaspersky::ClientOptions options;
  options.base_url = settings_.kaspersky.api_base_url;
  options.api_key = settings_.kaspersky.api_key;
  options.records_count = 1;
  options.http.extra_ca_pem = settings_.https_ca_certificates;
  kaspersky::Client client(std::move(options));
  kaspersky::RequestLedger ledger(*store_, log_);
  kaspersky::Budget budget(
      {.daily = settings_.lookups.daily_quota, .reserve_percent = settings_.lookups.quota_reserve},
      client, ledger, log_);
  const auto outcome = budget.look_up({.kind = kaspersky::ObjectKind::hash,
                                       .value = eicar_md5,
                                       .purpose = kaspersky::Purpose::manual},
                                      net::Deadline::after(kaspersky_timeout));
  if (runtime::is_failure(outcome)) {
    return {State::failed, runtime::outcome_text(outcome) + std::string(advice(outcome))};
  }
  return {State::ok, fmt::format("takes the key; {}, this request counted",
                                 requests_left_text(requests_left(settings_, *store_)))};
}

}  // namespace commands
