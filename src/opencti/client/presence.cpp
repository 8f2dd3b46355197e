#include "opencti/client/presence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/retry.hpp"
#include "opencti/client/needed_rights.hpp"
#include "telemetry/thread_failure.hpp"

namespace opencti {
namespace {

constexpr std::chrono::seconds call_timeout{60};

std::string_view advice_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unauthorized:
      return "check OPENCTI_TOKEN, and that its user has the right to use the API and connectors";
    case ErrorKind::forbidden:
      return "give the token's user the role Connector";
    case ErrorKind::untrusted:
      return "add the CA of the platform's certificate to HTTPS_CA_CERTIFICATES, or correct host "
             "and scheme in OPENCTI_URL (http:// if the platform does not use TLS)";
    case ErrorKind::intermediary:
      return "check OPENCTI_URL, and what is in front of the platform: a proxy, a gateway, a "
             "firewall";
    case ErrorKind::unreachable:
    case ErrorKind::no_answer:
      return "check OPENCTI_URL and the proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); the platform "
             "may still be starting";
    case ErrorKind::not_understood:
      return "this platform version may not be supported";
    default:
      return "see the platform's own log";
  }
}

}  // namespace

Presence::Presence(PresenceOptions options, const GraphqlClient& client, telemetry::Log log)
    : options_(std::move(options)), client_(client), log_(std::move(log)) {}

void Presence::start(std::function<void(const Registration&)> on_registered,
                     std::function<void(const TokenUser&, const net::Deadline&)> on_user) {
  on_registered_ = std::move(on_registered);
  on_user_ = std::move(on_user);
  thread_ = os::Thread(
      {.name = "presence", .failed = telemetry::report_to(log_, "registration and pings")},
      [this](const std::stop_token& stop) { run(stop); });
}

void Presence::stop() { thread_ = {}; }

Presence::~Presence() = default;

void Presence::renew() {
  const std::lock_guard lock(mutex_);
  renew_ = true;
  wake_.notify_all();
}

PresenceState Presence::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Presence::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!register_until_done(stop)) return;
    do {
      ping(stop);
    } while (wait_for_ping(stop));
  }
}

bool Presence::register_until_done(const std::stop_token& stop) {
  net::Retry retry(options_.backoff, stop);
  do {
    {
      const std::lock_guard lock(mutex_);
      renew_ = false;
    }
    const auto registration = register_connector(client_, options_.identity, options_.with_storage,
                                                 net::Deadline::after(call_timeout, stop));
    if (registration) {
      report_success();
      registered(*registration);
      if (on_user_) check_user(stop);
      return true;
    }
    if (registration.error().kind == ErrorKind::stopped) return false;
    report_failure(named(registration.error(), needed::connectors),
                   "Cannot register with the platform, retrying");
  } while (retry.wait());
  return false;
}

void Presence::registered(const Registration& registration) {
  const auto now = std::chrono::steady_clock::now();
  // Requested again soon, but nothing changed: the cause is elsewhere.
  const bool unchanged =
      registered_ == registration && now - registered_at_ < renewal_wait_ + options_.sound_after;
  const bool repeated = unchanged && renewal_wait_ > options_.registration_interval;
  log_.line(repeated ? telemetry::Level::debug : telemetry::Level::info,
            registered_ ? "Connector registered again" : "Connector registered",
            {{"id", options_.identity.id},
             {"platform_version", registration.platform_version},
             {"queue", registration.listen_queue}});
  renewal_wait_ = unchanged ? std::min(2 * renewal_wait_, options_.longest_registration_interval)
                            : options_.registration_interval;
  registered_ = registration;
  registered_at_ = now;
  on_registered_(registration);
  const std::lock_guard lock(mutex_);
  state_.registered = true;
}

void Presence::check_user(const std::stop_token& stop) {
  const auto deadline = net::Deadline::after(call_timeout, stop);
  const auto user = read_own_user(client_, deadline);
  if (user) return on_user_(*user, deadline);
  if (user.error().kind == ErrorKind::stopped) return;
  log_.debug("The platform does not report the rights of the connector's user",
             {{"reason", user.error().message}});
}

void Presence::ping(const std::stop_token& stop) {
  const auto answer =
      ping_connector(client_, options_.identity.id, net::Deadline::after(call_timeout, stop));
  if (answer) {
    options_.pings.add();
    return report_success();
  }
  if (answer.error().kind == ErrorKind::stopped) return;
  options_.failed_pings.add();
  if (answer.error().kind == ErrorKind::unknown_connector) {
    log_.warning("The platform no longer knows this connector, registering again",
                 {{"id", options_.identity.id}});
    {
      const std::lock_guard lock(mutex_);
      state_.registered = false;
    }
    renewal_wait_ = options_.registration_interval;
    return renew();
  }
  report_failure(named(answer.error(), needed::connectors),
                 answer.error().no_response() ? "Cannot reach the platform, retrying"
                                              : "The platform rejects the ping, retrying");
}

bool Presence::wait_for_ping(const std::stop_token& stop) {
  const auto ping_at = std::chrono::steady_clock::now() + options_.ping_interval;
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, stop, ping_at, [this] { return renew_; });
  if (renew_) {
    wake_.wait_until(lock, stop, std::min(ping_at, earliest_renewal()), [] { return false; });
    if (std::chrono::steady_clock::now() >= earliest_renewal()) return false;
  }
  return !stop.stop_requested();
}

std::chrono::steady_clock::time_point Presence::earliest_renewal() const {
  return registered_at_ + renewal_wait_;
}

void Presence::report_failure(const Error& error, std::string_view doing) {
  const telemetry::Attributes attributes{{"reason", error.message},
                                         {"advice", advice_for(error.kind)}};
  log_.line(failing_ == error.kind ? telemetry::Level::debug : telemetry::Level::error, doing,
            attributes);
  failing_ = error.kind;
  const std::lock_guard lock(mutex_);
  state_.problem = fmt::format("{}; {}", error.message, advice_for(error.kind));
}

void Presence::report_success() {
  if (failing_) log_.info("The platform answers again");
  failing_.reset();
  const std::lock_guard lock(mutex_);
  state_.problem.clear();
}

}  // namespace opencti
