// A small SQLite database: what has to be remembered across restarts. SQLite appears in
// database.cpp only.
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

/// Whatever is wrong with a store, its users go on without it: one line for the log is all they
/// need. It holds no stored value.
struct Error {
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Another process has the file.
class InUse final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The file is of no use, and is left as it is: it belongs to somebody else, is a symbolic link, is
/// another program's, or was written by a newer version.
class Unusable final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DatabaseOptions {
  /// A path, never a URI. Created with mode 0600 if it does not exist; see prepare_file(). Empty:
  /// in memory, forgotten at the end.
  std::string path;
  /// For guests, who must leave no file that its owner cannot open: what is missing is not created,
  /// what is damaged is not set aside, and what is of an earlier version is Unusable.
  bool only_existing = false;
  /// Pages beyond this are refused like a full disk. In bytes.
  std::int64_t max_size = std::int64_t{512} * 1024 * 1024;
  /// What could not be opened again is tried no sooner than that.
  std::chrono::milliseconds reopen_after{60'000};
  /// Those that the file has not been through are applied when it is opened.
  std::vector<Migration> migrations = storage::migrations();
};

/// One connection, used by one thread at a time, so that SQLite's locks are never contended. What
/// is written is on the disk when run() returns, at the price of one fsync: SQLite keeps a log of
/// some megabytes, `<path>-wal`, beside the file. A second process with the same file is refused.
///
/// A file that is damaged, or is no database, is set aside as `<path>.damaged` (which replaces an
/// earlier one), with a warning in the log, and a new one takes its place: at opening, and also
/// when the damage shows later. Where even that fails, every use fails until it is tried again.
///
/// A file of an earlier version is brought to this one when it is opened, all in one transaction;
/// one of a newer version, or of another program, is Unusable, and stays as it is.
///
/// A file never shrinks: what is free in it is used again.
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
  /// @throws std::runtime_error when the file can neither be opened nor created: InUse when it is
  /// in use by another process, Unusable when it is to be left alone; the message names the path
  /// and what to do
  Database(DatabaseOptions options, telemetry::Log log);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// One statement, with a value for each `?` in it. Statements are prepared once: keep `sql`
  /// constant.
  /// @returns the rows that it gives
  Result<std::vector<Row>> run(std::string_view sql, std::initializer_list<Value> values = {});

  /// The same, without waiting for the disk: what is written survives the end of the process, but
  /// perhaps not that of the machine.
  Result<std::vector<Row>> note(std::string_view sql, std::initializer_list<Value> values = {});

  /// All statements that `work` runs, or none where it returns false or throws.
  /// @param work must use the `run` that it is handed
  using Run =
      std::function<Result<std::vector<Row>>(std::string_view, std::initializer_list<Value>)>;
  Result<void> transact(const std::function<bool(const Run&)>& work);

 private:
  struct Connection;
  void open();
  /// How many migrations the file has been through. @throws Unusable where it is not for us
  [[nodiscard]] std::size_t version_of(Connection& connection) const;
  void migrate(const Connection& connection, std::size_t version) const;
  void set_aside();
  /// @returns why it failed
  std::optional<Error> open_again();
  Result<std::vector<Row>> run_locked(std::string_view sql, std::initializer_list<Value> values);

  DatabaseOptions options_;
  telemetry::Log log_;
  std::mutex mutex_;
  /// Empty while it cannot be opened again.
  std::unique_ptr<Connection> connection_;
  std::chrono::steady_clock::time_point next_opening_;
};

/// The library behind this, for people: `SQLite 3.40.1`.
[[nodiscard]] std::string library();

/// The value as a number; zero where it is none.
[[nodiscard]] std::int64_t number(const Value& value);
/// The same within bounds, which another hand in the file may not have kept.
[[nodiscard]] std::int64_t number(const Value& value, std::int64_t least, std::int64_t most);
/// The value as text; empty where it is none.
[[nodiscard]] std::string text(const Value& value);

}  // namespace storage OPENCTI_CONNECTOR_PUBLIC
