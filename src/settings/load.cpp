#include "settings/load.hpp"

#include <fmt/format.h>

#include <utility>

#include "settings/listening_rows.hpp"
#include "settings/monitoring_rows.hpp"
#include "settings/shared_rows.hpp"
#include "settings/table.hpp"

namespace settings {
namespace {

/// Checks combinations of settings.
void check_combinations(const source::Product& product, const Settings& settings,
                        Problems& problems) {
  if (product.problems) {
    for (auto& line : product.problems()) problems.push_back(std::move(line));
  }
  if (settings.mq.use_ssl_cert.empty() != settings.mq.use_ssl_key.empty()) {
    problems.emplace_back("MQ_USE_SSL_CERT and MQ_USE_SSL_KEY must both be set, or neither");
  }
  if (settings.mq.host && settings.mq.pass && !settings.mq.use_ssl) {
    problems.emplace_back(
        "MQ_PASS needs MQ_USE_SSL: true, or false to send the password unencrypted; the platform "
        "cannot decide this");
  }
  const auto& sending = settings.sending;
  for (auto& line : opencti::problems(sending.copies)) problems.push_back(std::move(line));
  // Also if only a message requires it.
  const bool by_draft = sending.validation_mode == ValidationMode::draft;
  if (!by_draft && !sending.to_queue && !opencti::wants_copies(sending.copies) &&
      !sending.validate_before_import) {
    problems.emplace_back(
        "CONNECTOR_SEND_TO_QUEUE is off, and no other output is on: results would go nowhere");
  }
  if (by_draft && (!sending.to_queue || sending.queue_protocol != QueueProtocol::amqp)) {
    problems.emplace_back(
        "CONNECTOR_VALIDATION_MODE=draft needs CONNECTOR_SEND_TO_QUEUE=true and "
        "CONNECTOR_QUEUE_PROTOCOL=amqp: there is no other way into a draft");
  }
  for (auto& line : listening_problems(settings.listening)) problems.push_back(std::move(line));
  for (auto& line : monitoring_problems(settings.monitoring)) problems.push_back(std::move(line));
}

/// One line per setting that is allowed but risky.
std::vector<std::string> advice(const source::Product& product, const Settings& settings) {
  std::vector<std::string> lines;
  if (settings.connector.id == product.connector_id) {
    lines.emplace_back(
        "CONNECTOR_ID is not your own: a second connector with the same id would take this "
        "connector's messages");
  }
  if (!settings.opencti.ssl_verify.on) {
    lines.emplace_back("OPENCTI_SSL_VERIFY is off: an attacker in the network can read the token");
  }
  if (!settings.mq.use_ssl_reject_unauthorized) {
    lines.emplace_back(
        "MQ_USE_SSL_REJECT_UNAUTHORIZED is off: an attacker in the network can read the password");
  }
  if (!settings.mq.host && (settings.mq.user || settings.mq.pass)) {
    lines.emplace_back(
        "MQ_USER and MQ_PASS are not used: they are sent only to the host in MQ_HOST, which is not "
        "set");
  }
  if (product.advice) {
    for (auto& line : product.advice()) lines.push_back(std::move(line));
  }
  const auto& sending = settings.sending;
  if (sending.validation_mode == ValidationMode::draft && !sending.validate_before_import) {
    lines.emplace_back(
        "CONNECTOR_VALIDATION_MODE=draft has no effect without "
        "CONNECTOR_VALIDATE_BEFORE_IMPORT=true, except for requests that ask for validation");
  }
  for (auto& line : shared_advice(product, settings.shared, settings.policies.cache_path)) {
    lines.push_back(std::move(line));
  }
  for (auto& line : listening_advice(product, settings)) lines.push_back(std::move(line));
  for (auto& line : monitoring_advice(settings.monitoring)) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

tl::expected<Loaded, Problems> load(const source::Product& product, const Environment& environment,
                                    const std::optional<std::string>& config_yml,
                                    const Files& files, const Wanted& wanted) {
  Loaded out;
  auto read =
      configuration::read(table(product, out.settings), environment, config_yml, files, wanted);
  if (!read) return tl::unexpected(std::move(read.error()));
  out.warnings = std::move(read->warnings);
  out.secrets = std::move(read->secrets);
  auto& settings = out.settings;
  // As in the Python client, a CA turns verification on.
  if (!settings.https_ca_certificates.empty()) settings.opencti.ssl_verify.on = true;
  if (wanted) return out;

  Problems problems;
  check_combinations(product, settings, problems);
  if (!problems.empty()) {
    problems.warnings = std::move(out.warnings);
    return tl::unexpected(std::move(problems));
  }
  for (auto& line : advice(product, settings)) out.warnings.push_back(std::move(line));
  return out;
}

tl::expected<Loaded, Problems> load_from_process(const source::Product& product,
                                                 const std::optional<std::string>& config_path,
                                                 const Wanted& wanted) {
  const auto sources = sources_of_process(config_path);
  if (!sources) return tl::unexpected(sources.error());
  return load(product, sources->environment, sources->config_yml, DiskFiles(), wanted);
}

}  // namespace settings
