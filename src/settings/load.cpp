#include "settings/load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "settings/listening_rows.hpp"
#include "settings/monitoring_rows.hpp"
#include "settings/text.hpp"
#include "settings/unknown.hpp"
#include "settings/values.hpp"

namespace settings {
namespace {

constexpr std::size_t longest_config = std::size_t{1024} * 1024;

/// How the value appears in a problem: not at all if it is secret or may hold something secret.
std::string shown_value(const Given& given) {
  if (given.row->secret || may_hold_secret(given.text)) return {};
  // The query of an address may hold a key.
  const bool is_url = std::holds_alternative<Url>(given.row->kind);
  return fmt::format(
      " is {},", shown(is_url ? given.text.substr(0, given.text.find_first_of("?#")) : given.text));
}

/// Settings that only make sense together.
void check_combinations(const Settings& settings, Problems& problems) {
  if (settings.mq.use_ssl_cert.empty() != settings.mq.use_ssl_key.empty()) {
    problems.emplace_back("MQ_USE_SSL_CERT and MQ_USE_SSL_KEY must be given both or not at all");
  }
  if (settings.mq.host && settings.mq.pass && !settings.mq.use_ssl) {
    problems.emplace_back(
        "MQ_PASS needs MQ_USE_SSL: true, or false to send the password in clear, which is not for "
        "the "
        "platform to decide");
  }
  const auto& sending = settings.sending;
  if (sending.to_directory && sending.directory_path.empty()) {
    problems.emplace_back("CONNECTOR_SEND_TO_DIRECTORY needs CONNECTOR_SEND_TO_DIRECTORY_PATH");
  }
  // Also where only a message asks for it.
  const bool by_draft = sending.validation_mode == ValidationMode::draft;
  if (!by_draft && !sending.to_queue && !sending.to_directory && !sending.to_s3 &&
      !sending.validate_before_import) {
    problems.emplace_back(
        "CONNECTOR_SEND_TO_QUEUE is off, and nothing else is on: results would go nowhere");
  }
  if (by_draft && (!sending.to_queue || sending.queue_protocol != QueueProtocol::amqp)) {
    problems.emplace_back(
        "CONNECTOR_VALIDATION_MODE=draft needs CONNECTOR_SEND_TO_QUEUE=true and "
        "CONNECTOR_QUEUE_PROTOCOL=amqp: results cannot get into a draft in another way");
  }
  for (auto& line : listening_problems(settings.listening)) problems.push_back(std::move(line));
  for (auto& line : monitoring_problems(settings)) problems.push_back(std::move(line));
}

const Row& row_of(std::string_view name) {
  return *std::find_if(table().begin(), table().end(),
                       [&](const auto& row) { return row.name == name; });
}

/// What is allowed but risky.
std::vector<std::string> advice(const Settings& settings) {
  std::vector<std::string> lines;
  if (settings.connector.id == row_of("CONNECTOR_ID").standard) {
    lines.emplace_back(
        "CONNECTOR_ID is not your own: a second connector with the same one would take messages "
        "from this one");
  }
  if (!settings.opencti.ssl_verify.on) {
    lines.emplace_back("OPENCTI_SSL_VERIFY is off: whoever stands between can read the token");
  }
  if (!settings.mq.use_ssl_reject_unauthorized) {
    lines.emplace_back(
        "MQ_USE_SSL_REJECT_UNAUTHORIZED is off: whoever stands between can read the password");
  }
  if (!settings.mq.host && (settings.mq.user || settings.mq.pass)) {
    lines.emplace_back(
        "MQ_USER and MQ_PASS are not used: they go to the host in MQ_HOST alone, which is not set");
  }
  const auto& api = settings.kaspersky.api_base_url;
  if (api.starts_with("http://") && !is_loopback(api)) {
    lines.emplace_back("KASPERSKY_API_BASE_URL is http://: the API key travels unencrypted");
  }
  const auto& sending = settings.sending;
  if (sending.validation_mode == ValidationMode::draft && !sending.validate_before_import) {
    lines.emplace_back(
        "CONNECTOR_VALIDATION_MODE=draft has no effect without "
        "CONNECTOR_VALIDATE_BEFORE_IMPORT=true, "
        "but for requests that ask for validation themselves");
  }
  for (auto& line : listening_advice(settings)) lines.push_back(std::move(line));
  for (auto& line : monitoring_advice(settings.monitoring)) lines.push_back(std::move(line));
  return lines;
}

class Loader {
 public:
  Loader(const Files& files, const Wanted& wanted) : files_(files), wanted_(wanted) {}

  tl::expected<Loaded, Problems> load(const Environment& environment,
                                      const std::optional<std::string>& config_yml) {
    ConfigFile config;
    if (config_yml) {
      auto parsed = parse_config_file(*config_yml, is_known_path);
      if (parsed) {
        config = std::move(*parsed);
      } else {
        problems_.assign(parsed.error().begin(), parsed.error().end());
      }
    }
    const bool config_is_whole = problems_.empty();

    auto gathered = gather(environment, config, files_, wanted_);
    std::move(gathered.problems.begin(), gathered.problems.end(), std::back_inserter(problems_));
    // A broken file may well hold what seems to be missing.
    if (config_is_whole) report(gathered.missing);

    if (!wanted_) {
      auto unknown = unknown_names(environment, config);
      std::move(unknown.problems.begin(), unknown.problems.end(), std::back_inserter(problems_));
      out_.warnings = std::move(unknown.warnings);
    }
    std::move(gathered.remarks.begin(), gathered.remarks.end(), std::back_inserter(out_.warnings));
    for (const auto& given : gathered.settings) take(given);
    if (problems_.empty() && !wanted_) check_combinations(out_.settings, problems_);
    if (!problems_.empty()) {
      // A misspelt name may be why another setting is missing.
      problems_.besides = std::move(out_.warnings);
      return tl::unexpected(std::move(problems_));
    }

    // As the Python client does: who names a CA wants it used.
    if (!out_.settings.https_ca_certificates.empty()) out_.settings.opencti.ssl_verify.on = true;
    if (!wanted_) {
      for (auto& line : advice(out_.settings)) out_.warnings.push_back(std::move(line));
    }
    return std::move(out_);
  }

 private:
  void report(const std::vector<const Row*>& missing) {
    for (const auto* row : missing) {
      const auto file = file_form(*row);
      problems_.push_back(
          fmt::format("{} is not set, must be {}{}", row->name, allowed(row->kind),
                      file.empty() ? "" : fmt::format(", or name its file in {}", file)));
    }
  }

  void take(const Given& given) {
    if (given.list && !is_list(given.row->kind)) {
      problems_.push_back(given.where + " must be a single value, not a list");
      return;
    }
    auto reading = read(given.row->kind, given.text, files_, out_.settings);
    if (!reading) {
      problems_.push_back(given.where + shown_value(given) + " " + reading.error());
      return;
    }
    for (const auto& remark : *reading) out_.warnings.push_back(given.where + " " + remark);
  }

  const Files& files_;
  const Wanted& wanted_;
  Problems problems_;
  Loaded out_;
};

}  // namespace

tl::expected<Loaded, Problems> load(const Environment& environment,
                                    const std::optional<std::string>& config_yml,
                                    const Files& files, const Wanted& wanted) {
  return Loader(files, wanted).load(environment, config_yml);
}

tl::expected<Sources, Problems> sources_of_process(const std::optional<std::string>& config_path) {
  Sources sources;
  for (const auto* const* entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    sources.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }

  const DiskFiles files;
  const auto path = config_path.value_or("config.yml");
  if (!config_path && !files.exists(path)) return sources;
  auto text = files.read(path, longest_config);
  if (!text) {
    return tl::unexpected(Problems{fmt::format("{}: the file {}", shown(path), text.error())});
  }
  sources.config_yml = std::move(*text);
  return sources;
}

tl::expected<Loaded, Problems> load_from_process(const std::optional<std::string>& config_path,
                                                 const Wanted& wanted) {
  const auto sources = sources_of_process(config_path);
  if (!sources) return tl::unexpected(sources.error());
  return load(sources->environment, sources->config_yml, DiskFiles(), wanted);
}

}  // namespace settings
