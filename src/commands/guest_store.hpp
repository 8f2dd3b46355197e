// The connector's cache for commands, which must not leave a file that the connector cannot open.
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
  /// Where today's requests are counted.
  enum class Counted {
    /// In this store, whose file the connector uses too.
    here,
    /// In the running connector, which has locked the file; this store is in memory.
    by_connector,
    /// Nowhere: this store is in memory, and lost at the end.
    nowhere,
  };
  std::unique_ptr<storage::Database> database;
  Counted counted = Counted::nowhere;
};

/// Whether the file may be created if it is missing, and moved if it is damaged.
enum class Creation {
  never,
  /// If its folder, or the file itself, belongs to the user of this process.
  of_own_files,
};

/// Opens the file that the settings name. If that is not possible, logs it and returns a store in
/// memory.
[[nodiscard]] GuestStore open_store(const source::Product& product,
                                    const settings::Settings& settings, Creation creation,
                                    const telemetry::Log& log);

/// `1,958 of 2,000 requests left today`, or where the number is known; empty if it is not known, or
/// the source does not count.
[[nodiscard]] std::string requests_left_text(const std::optional<source::RequestsToday>& today,
                                             GuestStore::Counted counted);

/// For parts whose problems a command reports in its own words.
[[nodiscard]] telemetry::Log silence();

}  // namespace commands
