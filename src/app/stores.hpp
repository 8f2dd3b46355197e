// The stores: a file, and with replicas the server that they share.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/attempts.hpp"
#include "runtime/playbook_ledger.hpp"
#include "runtime/sent_results.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"
#include "storage/database.hpp"
#include "storage/replicas.hpp"
#include "telemetry/log.hpp"

namespace app {

/// The server that the settings name.
class SharedStore final {
 public:
  enum class As {
    /// The running connector, which other replicas can see.
    replica,
    /// A command, which other replicas do not see.
    guest,
  };
  /// @throws std::runtime_error if a file that the settings name cannot be read
  SharedStore(const settings::Settings& settings, const telemetry::Log& log, As as);

  [[nodiscard]] const storage::Shared& shared() const { return shared_; }
  [[nodiscard]] storage::Redis& redis() { return redis_; }
  [[nodiscard]] storage::Replicas& replicas() { return replicas_; }
  /// Why the server cannot be used; empty while it can.
  [[nodiscard]] std::string problem() const { return redis_.problem(); }

 private:
  storage::Redis redis_;
  storage::Replicas replicas_;
  storage::Shared shared_{redis_, replicas_};
};

/// The stores of the running connector. The class is thread-safe.
class Stores final {
 public:
  /// @throws std::runtime_error if the store's file, or a file that the settings name, cannot be
  /// opened
  Stores(const source::Product& product, const settings::Settings& settings,
         const telemetry::Log& log);

  /// This replica's own store.
  [[nodiscard]] storage::Database& own() { return own_; }
  /// nullptr without replicas.
  [[nodiscard]] const storage::Shared* shared() const {
    return shared_ ? &shared_->shared() : nullptr;
  }

  [[nodiscard]] runtime::Attempts& attempts() { return *attempts_; }
  [[nodiscard]] runtime::PlaybookLedger& playbooks() { return *playbooks_; }
  [[nodiscard]] runtime::SentResults& sent() { return *sent_; }

 private:
  storage::Database own_;
  std::optional<SharedStore> shared_;
  std::unique_ptr<runtime::Attempts> attempts_;
  std::unique_ptr<runtime::PlaybookLedger> playbooks_;
  std::unique_ptr<runtime::SentResults> sent_;
};

}  // namespace app
