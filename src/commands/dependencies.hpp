// What the connector needs besides itself, tried one after the other for people who set it up.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/amqp.hpp"
#include "opencti/graphql.hpp"
#include "settings/settings.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace commands {

struct Finding {
  enum class State { ok, failed, skipped };
  State state = State::skipped;
  /// What was found; of a failure also what to do.
  std::string text;
};

/// To be asked in the order of the functions: a dependency that rests on a failed one is skipped.
/// Each waits for 15 seconds at most, Kaspersky for 30.
class Dependencies final {
 public:
  Dependencies(const settings::Settings& settings, telemetry::Log log);

  /// Whether it answers, and takes the token.
  [[nodiscard]] Finding platform();
  /// Whether the token's user may do what the connector does.
  [[nodiscard]] Finding token();
  /// Where the platform says that its broker is, if the connector is registered.
  /// @param registering whether to register it if it is not; that is what `run` does as well, but
  /// without a callback address
  [[nodiscard]] Finding broker(bool registering);
  [[nodiscard]] Finding cache();
  /// Asks for one well-known file, the EICAR test file, counted like any other request.
  [[nodiscard]] Finding kaspersky();

 private:
  [[nodiscard]] Finding try_address(const net::AmqpAddress& told) const;

  const settings::Settings settings_;
  telemetry::Log log_;
  opencti::GraphqlClient platform_;
  bool platform_answers_ = false;
  std::unique_ptr<storage::Database> store_;
};

}  // namespace commands
