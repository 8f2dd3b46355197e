// Keeps the connector registered on the platform: registers, pings, and registers again if the
// platform has forgotten it.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "opencti/client/registration.hpp"
#include "opencti/client/rights.hpp"
#include "os/thread.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace opencti {

struct PresenceOptions {
  Identity identity;
  /// Whether to request Registration::storage.
  bool with_storage = false;
  /// Interval of pings. The platform treats a connector as inactive after 5 minutes.
  std::chrono::milliseconds ping_interval{40'000};
  /// Minimum interval of registrations, even if they are requested more often. For 5 seconds after
  /// a connector was deleted, the platform rejects it anyway.
  std::chrono::milliseconds registration_interval{5'000};
  /// If a renewal changes nothing, the interval doubles, up to this maximum.
  std::chrono::milliseconds longest_registration_interval{120'000};
  /// If no renewal is requested for this time after the interval, the interval is reset.
  std::chrono::milliseconds sound_after{60'000};
  net::BackoffOptions backoff;
  /// Successful and failed pings.
  telemetry::Counter pings = {};
  telemetry::Counter failed_pings = {};
};

/// The state of the connection to the platform, as of the last call.
struct PresenceState {
  bool registered = false;
  /// Why that call failed, and what to do; empty if it succeeded.
  std::string problem;
};

/// Owns one thread, from start() to stop(). While the platform cannot be reached, or rejects the
/// token, it retries, and logs that once.
///
/// Public functions are thread-safe.
class Presence final {
 public:
  /// Does not start yet. @param client must outlive this object
  Presence(PresenceOptions options, const GraphqlClient& client, telemetry::Log log);
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  /// Call it once.
  /// @param on_registered called on the thread of this class after each registration, also repeated
  /// ones, and not after stop(); must return quickly
  /// @param on_user called on that thread after on_registered, with the token's user; not called if
  /// the platform does not report the user. Empty: the user is not read. Its own calls to the
  /// platform must end with the deadline
  void start(std::function<void(const Registration&)> on_registered,
             std::function<void(const TokenUser&, const net::Deadline&)> on_user = {});
  /// Joins within about a second; the destructor does the same. The connector stays registered:
  /// unregistering would delete its queues with their messages.
  void stop();

  /// Registers again soon (see registration_interval), for example because the broker rejects the
  /// credentials. If repeated renewals change nothing, they are delayed more and more, and logged
  /// at debug level.
  void renew();

  [[nodiscard]] PresenceState state() const;

 private:
  void run(const std::stop_token& stop);
  bool register_until_done(const std::stop_token& stop);
  void ping(const std::stop_token& stop);
  void registered(const Registration& registration);
  void check_user(const std::stop_token& stop);
  /// Waits until the next ping. @returns false if it must register first
  bool wait_for_ping(const std::stop_token& stop);
  /// The earliest time of the next registration.
  [[nodiscard]] std::chrono::steady_clock::time_point earliest_renewal() const;
  void report_failure(const Error& error, std::string_view doing);
  void report_success();

  PresenceOptions options_;
  const GraphqlClient& client_;
  telemetry::Log log_;
  std::function<void(const Registration&)> on_registered_;
  std::function<void(const TokenUser&, const net::Deadline&)> on_user_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  bool renew_ = false;
  PresenceState state_;
  /// Kind of the last logged failure; nothing after a success. This and the next three members are
  /// used only by the thread.
  std::optional<ErrorKind> failing_;
  std::optional<Registration> registered_;
  std::chrono::steady_clock::time_point registered_at_;
  std::chrono::milliseconds renewal_wait_{0};
  os::Thread thread_;
};

}  // namespace opencti
