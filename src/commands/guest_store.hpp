// The connector's cache, as commands use it: like guests, who leave nothing behind that the
// connector cannot open.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "settings/settings.hpp"
#include "source/product.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace commands {

struct GuestStore {
  /// Who knows how many requests were made today.
  enum class Counted {
    /// This store, whose file the connector uses as well.
    here,
    /// The running connector, which has the file for itself; this store is one in memory.
    by_connector,
    /// Nobody: this store is one in memory, and forgotten at the end.
    nowhere,
  };
  std::unique_ptr<storage::Database> database;
  Counted counted = Counted::nowhere;
};

/// Whether the file may be created if it is missing, and set aside if it is damaged.
enum class Creation {
  never,
  /// If its folder, or the file itself, belongs to the user who runs this.
  of_own_files,
};

/// Opens the file that the settings name, or a store in memory where that cannot be; the log says
/// so.
[[nodiscard]] GuestStore open_store(const source::Product& product,
                                    const settings::Settings& settings, Creation creation,
                                    const telemetry::Log& log);

/// `1,958 of 2,000 requests left today`, or who knows the number; empty where nobody does, and
/// where the source does not count.
[[nodiscard]] std::string requests_left_text(const std::optional<source::RequestsToday>& today,
                                             GuestStore::Counted counted);

/// For parts whose troubles a command tells in its own words.
[[nodiscard]] telemetry::Log silence();

}  // namespace commands
