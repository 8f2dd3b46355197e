// What the connector needs besides itself, tried one after the other for people who set it up.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "net/amqp/broker.hpp"
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

/// To be asked in the order of the functions: a dependency that rests on a failed one is skipped.
/// Each waits for 15 seconds at most, the source for 30; a stop ends it sooner, and its result
/// means nothing then. No file is created or set aside.
class Dependencies final {
 public:
  Dependencies(const source::Product& product, const settings::Settings& settings,
               telemetry::Log log, std::stop_token stop);

  /// Whether it answers, and takes the token.
  [[nodiscard]] CheckResult platform();
  /// Who the token's user is, and what that user may do and see; see user_report().
  [[nodiscard]] std::vector<CheckLine> token();
  /// Where the platform says that its broker is, if the connector is registered.
  /// @param registering whether to register it if it is not; that is what `run` does as well, but
  /// without a callback address
  [[nodiscard]] CheckResult broker(bool registering);
  /// Looks at the file, or where it is missing at its folder, and changes neither.
  [[nodiscard]] CheckResult cache() const;
  /// Whether the server that replicas share can be used; nothing where there is one instance.
  [[nodiscard]] std::optional<CheckResult> shared_store() const;
  /// Source::check(); counted in the cache's file, if there is one that nobody else has.
  [[nodiscard]] CheckResult source();

 private:
  [[nodiscard]] net::Deadline soon() const;
  [[nodiscard]] CheckResult try_address(const net::AmqpAddress& provided) const;

  const source::Product& product_;
  const settings::Settings settings_;
  telemetry::Log log_;
  std::stop_token stop_;
  opencti::GraphqlClient platform_;
  bool platform_answers_ = false;
  std::string version_;
  std::optional<opencti::ErrorKind> platform_problem_;
};

}  // namespace commands
