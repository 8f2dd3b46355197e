// Keeps the connector present on the platform: registers, pings, and registers again when
// forgotten.
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
  /// Whether Registration::storage is wanted.
  bool with_storage = false;
  /// Between two pings. The platform counts a connector as gone after 5 minutes.
  std::chrono::milliseconds ping_interval{40'000};
  /// At least this between two registrations, however often somebody asks for one. For 5 seconds
  /// after a connector was deleted the platform refuses it anyway.
  std::chrono::milliseconds registration_interval{5'000};
  /// A renewal that brought nothing new makes the next one wait twice as long, up to this.
  std::chrono::milliseconds longest_registration_interval{120'000};
  /// When nobody has asked for another one for so long after it could be had, all was well.
  std::chrono::milliseconds sound_after{60'000};
  net::BackoffOptions backoff;
  /// Of pings that went well, and of those that did not.
  telemetry::Counter pings = {};
  telemetry::Counter failed_pings = {};
};

/// How it stands with the platform, as far as the last call to it told.
struct PresenceState {
  bool registered = false;
  /// Why that call failed, and what to do; empty where it did not.
  std::string problem;
};

/// Owns one thread, from start() to stop(). While the platform cannot be reached, or refuses the
/// token, it keeps trying, and says so once, not at every try.
///
/// Public functions are thread-safe.
class Presence final {
 public:
  /// Does nothing yet. @param client must outlive this object
  Presence(PresenceOptions options, const GraphqlClient& client, telemetry::Log log);
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  /// To be called once.
  /// @param on_registered called on the thread of this class after each registration, also repeated
  /// ones, and not after stop(); must return quickly
  /// @param on_user called there after that, with what the platform tells of the token's user; not
  /// called where it does not tell. Empty: it is not asked. What it asks the platform itself has to
  /// end with the deadline.
  void start(std::function<void(const Registration&)> on_registered,
             std::function<void(const TokenUser&, const net::Deadline&)> on_user = {});
  /// Joins within about a second; the destructor does the same. The connector stays registered:
  /// unregistering would delete its queues with all that is in them.
  void stop();

  /// Registers again soon (see registration_interval), for example because the broker no longer
  /// takes the credentials. Asking again and again, though the platform tells the same each time,
  /// is answered more and more slowly, and logged at debug level.
  void renew();

  [[nodiscard]] PresenceState state() const;

 private:
  void run(const std::stop_token& stop);
  bool register_until_done(const std::stop_token& stop);
  void ping(const std::stop_token& stop);
  void registered(const Registration& registration);
  void look_at_user(const std::stop_token& stop);
  /// Waits for the next ping. @returns false when it should register first.
  bool wait_for_ping(const std::stop_token& stop);
  /// When the next registration may be.
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
  /// Of the last failure that was logged; nothing while all is well. These four are used by the
  /// thread alone.
  std::optional<ErrorKind> failing_;
  std::optional<Registration> registered_;
  std::chrono::steady_clock::time_point registered_at_;
  std::chrono::milliseconds renewal_wait_{0};
  os::Thread thread_;
};

}  // namespace opencti
