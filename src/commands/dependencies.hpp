// Checks the connector's dependencies one after the other, for people who set it up.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "net/amqp/broker.hpp"
#include "net/http/clock_watch.hpp"
#include "opencti/client/error.hpp"
#include "opencti/client/graphql.hpp"
#include "settings/settings.hpp"
#include "source/check_result.hpp"
#include "source/product.hpp"
#include "telemetry/log.hpp"

namespace commands {

using source::CheckResult;

struct CheckLine {
  std::string name;
  CheckResult result;
};

/// Call the functions in their order: a check that needs a failed dependency is skipped. Each waits
/// for maximum 15 seconds, the source for 30. A stop ends it sooner; then its result is
/// meaningless. No file is created or moved.
class Dependencies final {
 public:
  Dependencies(const source::Product& product, const settings::Settings& settings,
               telemetry::Log log, std::stop_token stop);

  /// Whether the platform answers, and accepts the token.
  [[nodiscard]] CheckResult platform();
  /// The token's user, with rights and markings; see user_report().
  [[nodiscard]] std::vector<CheckLine> token();
  /// How the platform handles works, and whether it has what the settings need; nothing if it does
  /// not answer.
  [[nodiscard]] std::vector<CheckLine> features();
  /// Whether the broker can be used whose address the platform provides to a registered connector.
  /// @param registering whether to register the connector if it is not registered: as `run`, but
  /// without a callback address
  [[nodiscard]] CheckResult broker(bool registering);
  /// Checks the file, or its folder if the file is missing, and changes neither.
  [[nodiscard]] CheckResult cache() const;
  /// Whether each port that the connector opens with these settings is free, or used by the running
  /// connector; one line per port.
  [[nodiscard]] std::vector<CheckLine> ports() const;
  /// Whether the server that replicas share can be used; nothing for a single instance.
  [[nodiscard]] std::optional<CheckResult> shared_store() const;
  /// Source::check(); its request is counted in the cache's file, if that exists and no other
  /// process uses it.
  [[nodiscard]] CheckResult source();
  /// Compares this host's clock with the clocks that platform and source named in their responses.
  [[nodiscard]] CheckResult clock() const;

 private:
  [[nodiscard]] net::Deadline soon() const;
  [[nodiscard]] CheckResult try_address(const net::AmqpAddress& provided) const;

  const source::Product& product_;
  const settings::Settings settings_;
  telemetry::Log log_;
  std::stop_token stop_;
  const std::shared_ptr<net::ClockWatch> platform_clock_ = std::make_shared<net::ClockWatch>();
  const std::shared_ptr<net::ClockWatch> source_clock_ = std::make_shared<net::ClockWatch>();
  opencti::GraphqlClient platform_;
  bool platform_answers_ = false;
  std::string version_;
  std::optional<opencti::ErrorKind> platform_problem_;
};

}  // namespace commands
