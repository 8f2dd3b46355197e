// The connector's source for commands, which do not change the state of the running connector.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/stores.hpp"
#include "commands/guest_store.hpp"
#include "net/http/client.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"
#include "telemetry/log.hpp"

namespace commands {

class GuestSource final {
 public:
  /// @param log of the source
  /// @param clock compared with the clock of the service; may be nullptr
  GuestSource(const source::Product& product, const settings::Settings& settings, GuestStore store,
              const telemetry::Log& log, std::shared_ptr<net::ClockWatch> clock = {});

  [[nodiscard]] source::Source& operator*() const { return *source_; }
  [[nodiscard]] source::Source* operator->() const { return source_.get(); }

  /// Why the store that replicas share cannot be used; empty while it can, and without such a
  /// store.
  [[nodiscard]] std::string shared_problem() const;

  [[nodiscard]] std::optional<source::RequestsToday> requests_today() const;
  /// As in requests_left_text().
  [[nodiscard]] std::string requests_left() const;

 private:
  [[nodiscard]] GuestStore::Counted counted() const;

  GuestStore store_;
  /// The store that replicas share, if any: requests are counted there.
  std::optional<app::SharedStore> shared_;
  std::unique_ptr<source::Source> source_;
};

}  // namespace commands
