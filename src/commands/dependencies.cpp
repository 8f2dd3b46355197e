#include "commands/dependencies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "app/options.hpp"
#include "app/stores.hpp"
#include "commands/guest_source.hpp"
#include "commands/used_ports.hpp"
#include "commands/user_report.hpp"
#include "net/amqp/probe.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/client/rights.hpp"
#include "opencti/out/draft_output.hpp"
#include "storage/file_state.hpp"

namespace commands {
namespace {

using namespace std::chrono_literals;
using State = CheckResult::State;

constexpr auto platform_timeout = 15s;
constexpr auto source_timeout = 30s;

opencti::GraphqlOptions patient(opencti::GraphqlOptions options,
                                std::shared_ptr<net::ClockWatch> clock) {
  options.try_timeout = platform_timeout;
  options.http.clock = std::move(clock);
  return options;
}

std::string_view advice(const opencti::Error& error) {
  switch (error.kind) {
    case opencti::ErrorKind::unauthorized:
      return "check OPENCTI_TOKEN, and that its user may use the API";
    case opencti::ErrorKind::forbidden:
      return "give the token's user the role Connector";
    case opencti::ErrorKind::untrusted:
      return "add the CA of its certificate to HTTPS_CA_CERTIFICATES, or correct host and scheme "
             "in OPENCTI_URL (http:// if the platform does not use TLS)";
    case opencti::ErrorKind::unreachable:
    case opencti::ErrorKind::no_answer:
      return "check OPENCTI_URL, the proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), and whether the "
             "platform has started";
    case opencti::ErrorKind::intermediary:
      return "check scheme, host and path in OPENCTI_URL, and what is in front of the platform: a "
             "proxy, a gateway, a firewall";
    default:
      return "see the platform's own log";
  }
}

CheckResult failed(const opencti::Error& error) {
  return {State::failed, fmt::format("{}; {}", error.message, advice(error))};
}

bool needs_broker(const settings::Settings& settings) {
  const auto& sending = settings.sending;
  return settings.listening.protocol == settings::ListenProtocol::amqp ||
         (sending.to_queue && sending.queue_protocol == settings::QueueProtocol::amqp);
}

/// @param settings which may replace the address that the platform reports
std::string_view advice(const net::Error& error, const settings::Broker& settings) {
  switch (error.kind) {
    case net::ErrorKind::access_refused:
      return "check MQ_USER, MQ_PASS and MQ_VHOST if they are set, else the platform's RabbitMQ "
             "settings";
    case net::ErrorKind::tls:
      return "check MQ_USE_SSL, MQ_USE_SSL_CA and the other settings of TLS";
    default:
      break;
  }
  if (settings.host) {
    return settings.port
               ? "the address is that of MQ_HOST and MQ_PORT: check both, and that RabbitMQ runs "
                 "there"
               : "the host is that of MQ_HOST, and the port is the platform's: check MQ_HOST, set "
                 "MQ_PORT if RabbitMQ has another port there, and check that it runs";
  }
  if (settings.port) {
    return "the host is the platform's, and the port is that of MQ_PORT: check MQ_PORT, and that "
           "RabbitMQ runs; if this host cannot reach the address that the platform reports, set "
           "MQ_HOST too";
  }
  return "the platform reports this address: check that RabbitMQ runs; if this host cannot reach "
         "it, set MQ_HOST and MQ_PORT";
}

/// Checks the folder of a file that exists, or can be created: the store has several files in it.
CheckResult in_its_folder(const std::string& path, std::string_view cannot, std::string_view can) {
  const auto parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return {State::failed,
            fmt::format("{} {}: the folder {} is missing, or not writable for the user who runs "
                        "this",
                        path, cannot, folder)};
  }
  return {State::ok, fmt::format("{} {}", path, can)};
}

/// What is lost at a restart without a file.
std::string lost_at_restart(const settings::Settings& settings) {
  std::string lost =
      "cached answers, the request count of the day, and the record of results that are not yet "
      "imported";
  if (settings.listening.protocol == settings::ListenProtocol::api) {
    lost += ", and messages that were accepted and not processed";
  }
  return lost;
}

}  // namespace

Dependencies::Dependencies(const source::Product& product, const settings::Settings& settings,
                           telemetry::Log log, std::stop_token stop)
    : product_(product),
      settings_(settings),
      log_(std::move(log)),
      stop_(std::move(stop)),
      platform_(patient(app::graphql_options(product_, settings_), platform_clock_)) {}

net::Deadline Dependencies::soon() const { return net::Deadline::after(platform_timeout, stop_); }

CheckResult Dependencies::platform() {
  const auto version = opencti::read_version(platform_, soon());
  if (!version) {
    platform_problem_ = version.error().kind;
    return failed(version.error());
  }
  platform_answers_ = true;
  version_ = *version;
  return {State::ok, fmt::format("{} answers, version {}", settings_.opencti.url, *version)};
}

std::vector<CheckLine> Dependencies::token() {
  const auto one = [](CheckResult result) {
    return std::vector<CheckLine>{{"token", std::move(result)}};
  };
  if (platform_problem_ == opencti::ErrorKind::unauthorized) {
    return one({State::skipped, "the platform does not accept it"});
  }
  if (!platform_answers_) return one({State::skipped, "the check of the platform failed"});
  const auto user = opencti::read_own_user(platform_, soon());
  if (!user && user.error().kind == opencti::ErrorKind::not_understood) {
    return one({State::skipped, "this platform does not report the rights of a token"});
  }
  if (!user) return one(failed(user.error()));
  return user_report(product_, settings_, *user);
}

std::vector<CheckLine> Dependencies::features() {
  if (!platform_answers_) return {};
  std::vector<CheckLine> lines{works_line(version_)};
  if (settings_.sending.validates_in(settings::ValidationMode::draft)) {
    lines.push_back(drafts_line(opencti::has_drafts(platform_, soon())));
  }
  return lines;
}

CheckResult Dependencies::broker(bool registering) {
  if (!needs_broker(settings_)) return {State::skipped, "these settings need none"};
  if (!platform_answers_) {
    return {State::skipped,
            "the platform reports its address, and the check of the platform failed"};
  }
  const auto deadline = soon();
  const auto known = opencti::read_registered(platform_, settings_.connector.id, deadline);
  const bool hidden = !known && known.error().kind == opencti::ErrorKind::forbidden;
  if (!known && !hidden) return failed(known.error());
  if (known && *known) return try_address((*known)->broker);
  if (!registering && hidden) {
    return {State::skipped,
            "without the right MODULES, the platform reports its address only at registration; use "
            "--register"};
  }
  if (!registering) {
    return {State::skipped,
            "the platform reports its address only to a registered connector; use --register"};
  }
  const auto registered = opencti::register_connector(
      platform_, app::identity(product_, settings_.connector), false, deadline);
  if (!registered) return failed(registered.error());
  return try_address(registered->broker);
}

CheckResult Dependencies::try_address(const net::AmqpAddress& provided) const {
  log_.hide(provided.password);
  const auto options = app::broker_connection(product_, settings_, provided, "check");
  const auto tried = net::try_broker(options);
  if (!tried) {
    return {State::failed,
            fmt::format("{}; {}", tried.error().message, advice(tried.error(), settings_.mq))};
  }
  return {State::ok, fmt::format("{}:{} logged in as {}", options.address.host,
                                 options.address.port, options.address.user)};
}

CheckResult Dependencies::cache() const {
  const auto& path = settings_.policies.cache_path;
  if (path.empty()) {
    const auto name = setting(product_, "CACHE_PATH");
    if (!settings_.shared.url.empty()) {
      if (settings_.listening.protocol == settings::ListenProtocol::api) {
        return {State::warning,
                fmt::format("in memory, and replicas share the store; but a restart "
                            "loses messages that were accepted and not processed: "
                            "name a file of this replica's own in {}",
                            name)};
      }
      return {State::ok,
              fmt::format("in memory: {} is not set, and replicas share the store", name)};
    }
    return {State::warning, fmt::format("only in memory: a restart loses {}; name a file in {}",
                                        lost_at_restart(settings_), name)};
  }
  switch (storage::inspect_file(path)) {
    case storage::FileState::missing:
      return in_its_folder(path, "cannot be created",
                           "can be created, which the connector does at its start");
    case storage::FileState::inaccessible:
      return {State::failed, fmt::format("{} cannot be read and written; make it a file of the "
                                         "connector's user",
                                         path)};
    case storage::FileState::symbolic_link:
      return {State::failed, fmt::format("{} is a symbolic link; name the file itself", path)};
    case storage::FileState::of_another_user:
      return {State::failed, fmt::format("{} belongs to another user; run this as the connector's "
                                         "user, or change the owner of the file",
                                         path)};
    case storage::FileState::not_a_path:
      return {State::failed, fmt::format("{} is not the path of a file, because it begins with "
                                         "file: or a colon; put ./ before it",
                                         path)};
    case storage::FileState::foreign:
      return {State::failed,
              fmt::format("{} is a database of another program; name another file", path)};
    case storage::FileState::newer:
      return {State::failed, fmt::format("{} was written by a newer version of this program; run "
                                         "the newer program, or delete the file",
                                         path)};
    case storage::FileState::in_use:
      return {State::ok,
              fmt::format("{} is in use; that is normal while the connector runs", path)};
    case storage::FileState::damaged:
      return {State::ok, fmt::format("{} is not a database, or is corrupt; the connector will move "
                                     "it to {}.damaged and create a new one",
                                     path, path)};
    case storage::FileState::usable:
      break;
  }
  return in_its_folder(path, "cannot be written", "can be written");
}

std::vector<CheckLine> Dependencies::ports() const {
  std::vector<CheckLine> lines;
  for (auto& result : check_ports(product_, settings_, soon())) {
    lines.push_back({"port", std::move(result)});
  }
  return lines;
}

std::optional<CheckResult> Dependencies::shared_store() const {
  if (settings_.shared.url.empty()) return std::nullopt;
  constexpr storage::Script ask{"return redis.call('SET', KEYS[1], '1', 'EX', '1').ok"};
  app::SharedStore store(settings_, silence(), app::SharedStore::As::guest);
  const auto answer = store.redis().run(ask, {"check"}, {});
  if (!answer) {
    return CheckResult{State::failed,
                       fmt::format("{}: {}", store.redis().server(), answer.error().message)};
  }
  return CheckResult{State::ok, fmt::format("{} can be written", store.redis().server())};
}

CheckResult Dependencies::source() {
  // Problems of the file have been reported.
  const GuestSource source(product_, settings_,
                           open_store(product_, settings_, Creation::never, silence()), log_,
                           source_clock_);
  auto result = source->check(net::Deadline::after(source_timeout, stop_));
  if (result.state != State::ok) return result;
  if (const auto left = source.requests_left(); !left.empty()) {
    const auto limit = source.requests_today()->limit;
    result.text += fmt::format("; {}{}", left, limit ? ", this one counted" : "");
    if (limit && limit->left <= 0) {
      return {State::warning, result.text + "; nothing is looked up until the next day (UTC)"};
    }
  }
  return result;
}

CheckResult Dependencies::clock() const {
  std::vector<std::string> wrong;
  std::vector<std::string> right;
  const auto look = [&](std::string_view name, const std::optional<net::ClockReading>& reading) {
    if (!reading) return;
    if (reading->wrong()) {
      wrong.push_back(
          fmt::format("{} {}'s: {}", difference_text(*reading), name, both_times(*reading)));
    } else {
      right.push_back(fmt::format("{}'s", name));
    }
  };
  look("the platform", platform_clock_->last());
  look(product_.source, source_clock_->last());
  const auto agreeing = fmt::format("{}", fmt::join(right, " and "));
  if (!wrong.empty()) {
    return {State::warning,
            fmt::format("this host's clock is {}{}; synchronise the clocks (NTP): otherwise {}",
                        fmt::join(wrong, ", and "),
                        right.empty() ? "" : fmt::format("; it agrees with {}", agreeing),
                        app::consequence_of_wrong_clock)};
  }
  if (right.empty()) return {State::skipped, "no service reported its time"};
  return {State::ok, fmt::format("this host's clock agrees with {}", agreeing)};
}

}  // namespace commands
