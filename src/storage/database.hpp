// A small SQLite database for data that must survive restarts. SQLite appears in database.cpp only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "export.hpp"
#include "storage/migrations.hpp"
#include "telemetry/log.hpp"

namespace storage OPENCTI_CONNECTOR_PUBLIC {

/// Empty, a number, or bytes (text included).
using Value = std::variant<std::monostate, std::int64_t, std::string>;
using Row = std::vector<Value>;

/// An error of a store. Users of the store log the message and continue without the store. The
/// message contains no stored value.
struct Error {
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Another process uses the file.
class InUse final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The file cannot be used, and is not changed: it belongs to another user or another program, is a
/// symbolic link, or was written by a newer version.
class Unusable final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DatabaseOptions {
  /// A path, never a URI. Created with mode 0600 if it does not exist; see prepare_file(). Empty:
  /// in memory, lost at the end.
  std::string path;
  /// For callers that do not own the file and must not create one that its owner cannot open: a
  /// missing file is not created, a damaged one is not moved, and one of an earlier version is
  /// Unusable.
  bool only_existing = false;
  /// In bytes. Further pages are rejected as if the disk were full.
  std::int64_t max_size = std::int64_t{512} * 1024 * 1024;
  /// After opening has failed, the next attempt is made after this time.
  std::chrono::milliseconds reopen_after{60'000};
  /// Migrations that were not applied to the file yet are applied when it is opened.
  std::vector<Migration> migrations = storage::migrations();
};

/// One connection, used by one thread at a time, so that SQLite's locks are never contended.
/// Written data is on the disk when run() returns, which costs one fsync: SQLite keeps a log,
/// `<path>-wal`, beside the file. It has about four megabytes, and after a transaction that changes
/// more, as much as that until the next ones. A second process cannot open the same file.
///
/// A file that is damaged, or is not a database, is moved to `<path>.damaged` (an earlier one is
/// replaced), with a warning in the log, and a new file is created. This happens when it is opened,
/// and also when damage is found later. If the new file cannot be created, every use fails until
/// the next attempt.
///
/// A file of an earlier version is migrated in one transaction when it is opened. A file of a newer
/// version, or of another program, is Unusable, and is not changed.
///
/// A file never shrinks: free space in it is reused.
///
/// The class is thread-safe.
///
/// ```cpp
/// bool remember(storage::Database& store, const std::string& address) {
///   store.run("CREATE TABLE IF NOT EXISTS weather_seen (address TEXT PRIMARY KEY) STRICT");
///   return store.run("INSERT OR IGNORE INTO weather_seen VALUES (?)", {address}).has_value();
/// }
/// ```
class Database final {
 public:
  /// @throws std::runtime_error if the file can neither be opened nor created: InUse if another
  /// process uses it, Unusable if it must not be changed; the message names the path and what to do
  Database(DatabaseOptions options, telemetry::Log log);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs one statement, with a value for each `?` in it. Statements are prepared once: keep `sql`
  /// constant.
  /// @returns the rows that it gives
  Result<std::vector<Row>> run(std::string_view sql, std::initializer_list<Value> values = {});

  /// The same without waiting for the disk: written data survives the end of the process, but may
  /// be lost if the machine fails.
  Result<std::vector<Row>> note(std::string_view sql, std::initializer_list<Value> values = {});

  /// A transaction of all statements that `work` runs; rolled back if `work` returns false or
  /// throws.
  /// @param work must use the `run` that it is handed
  using Run =
      std::function<Result<std::vector<Row>>(std::string_view, std::initializer_list<Value>)>;
  Result<void> transact(const std::function<bool(const Run&)>& work);

 private:
  struct Connection;
  void open();
  /// The number of migrations applied to the file. @throws Unusable
  [[nodiscard]] std::size_t version_of(Connection& connection) const;
  void migrate(const Connection& connection, std::size_t version) const;
  void set_aside();
  /// @returns why it failed
  std::optional<Error> open_again();
  Result<std::vector<Row>> run_locked(std::string_view sql, std::initializer_list<Value> values);

  DatabaseOptions options_;
  telemetry::Log log_;
  std::mutex mutex_;
  /// Null while the file cannot be opened.
  std::unique_ptr<Connection> connection_;
  std::chrono::steady_clock::time_point next_opening_;
};

/// The library behind this, for people: `SQLite 3.40.1`.
[[nodiscard]] std::string library();

/// The value as a number; zero if it is not a number.
[[nodiscard]] std::int64_t number(const Value& value);
/// The same, clamped to bounds: another program may have changed the file.
[[nodiscard]] std::int64_t number(const Value& value, std::int64_t minimum, std::int64_t maximum);
/// The value as text; empty if it is not text.
[[nodiscard]] std::string text(const Value& value);

}  // namespace storage OPENCTI_CONNECTOR_PUBLIC
