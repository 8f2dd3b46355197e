#include "storage/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "storage/database_file.hpp"

namespace storage {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinishStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

constexpr std::int64_t page_size = 4096;
/// Size limit of the write-ahead log after its content is in the database, in bytes.
constexpr std::int64_t longest_log = std::int64_t{4} * 1024 * 1024;

/// Thrown when damage is found, and caught in this file.
struct Damaged {
  std::string message;
};

bool is_damage(int code) {
  const int primary = code & 0xFF;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

std::string text_of(const std::runtime_error& unusable, const DatabaseOptions& options) {
  return fmt::format(
      "{} cannot be used ({}): its folder must exist and be writable, and no other "
      "process may use it",
      options.path.empty() ? "a database in memory" : options.path, unusable.what());
}

/// Binds the values for one execution, and makes the statement ready for the next at the end.
class Execution final {
 public:
  Execution(sqlite3_stmt* statement, std::initializer_list<Value> values) : statement_(statement) {
    int at = 0;
    for (const auto& value : values) {
      ++at;
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        sqlite3_bind_int64(statement_, at, *number);
      } else if (const auto* bytes = std::get_if<std::string>(&value)) {
        // SQLITE_STATIC: the caller's values outlive this object.
        sqlite3_bind_text64(statement_, at, bytes->data(), bytes->size(), nullptr, SQLITE_UTF8);
      } else {
        sqlite3_bind_null(statement_, at);
      }
    }
  }
  ~Execution() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// @returns SQLITE_ROW, SQLITE_DONE or an error
  int step() { return sqlite3_step(statement_); }

  [[nodiscard]] Row row() const {
    Row row;
    for (int column = 0; column < sqlite3_column_count(statement_); ++column) {
      switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_NULL:
          row.emplace_back();
          break;
        case SQLITE_INTEGER:
          row.emplace_back(sqlite3_column_int64(statement_, column));
          break;
        default:
          const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
          const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
          row.emplace_back(bytes == nullptr ? std::string() : std::string(bytes, size));
      }
    }
    return row;
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

struct Database::Connection {
  // In this order: statements end before the database that they belong to.
  Handle handle;
  std::map<std::string, Statement, std::less<>> statements;

  [[nodiscard]] std::string problem() const { return sqlite3_errmsg(handle.get()); }

  /// Null if it cannot be prepared; problem() returns the reason.
  sqlite3_stmt* statement(std::string_view sql) {
    if (const auto known = statements.find(sql); known != statements.end()) {
      return known->second.get();
    }
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v3(handle.get(), sql.data(), static_cast<int>(sql.size()),
                       SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (prepared == nullptr) return nullptr;
    return statements.emplace(sql, Statement(prepared)).first->second.get();
  }

  void must(const std::string& sql) const {
    check(sqlite3_exec(handle.get(), sql.c_str(), nullptr, nullptr, nullptr));
  }

  /// The first column of each row.
  [[nodiscard]] std::vector<Value> column(std::string_view sql) {
    std::vector<Value> values;
    auto* const prepared = statement(sql);
    if (prepared == nullptr) check(sqlite3_extended_errcode(handle.get()));
    Execution execution(prepared, {});
    int code = SQLITE_OK;
    while ((code = execution.step()) == SQLITE_ROW) values.push_back(execution.row().at(0));
    if (code != SQLITE_DONE) check(code);
    return values;
  }

 private:
  void check(int code) const {
    if (code == SQLITE_OK) return;
    if (is_damage(code)) throw Damaged{problem()};
    if ((code & 0xFF) == SQLITE_BUSY) throw InUse(problem());
    throw std::runtime_error(problem());
  }
};

Database::Database(DatabaseOptions options, telemetry::Log log)
    : options_(std::move(options)), log_(std::move(log)) {
  try {
    try {
      open();
    } catch (const Damaged& damaged) {
      if (options_.only_existing) throw;
      log_.warning(
          "Database corrupt, moving it to <path>.damaged; cache, quota count and accepted messages "
          "in it are lost",
          {{"path", options_.path}, {"reason", damaged.message}});
      set_aside();
      open();
    }
  } catch (const Damaged& damaged) {
    throw std::runtime_error(fmt::format("{}: {}", options_.path, damaged.message));
  } catch (const Unusable&) {
    throw;
  } catch (const InUse& unusable) {
    throw InUse(text_of(unusable, options_));
  } catch (const std::runtime_error& unusable) {
    throw std::runtime_error(text_of(unusable, options_));
  }
}

Database::~Database() = default;

void Database::open() {
  auto connection = std::make_unique<Connection>();
  std::string file = ":memory:";
  if (!options_.path.empty()) {
    const auto use = options_.only_existing ? FileUse::guest : FileUse::own;
    auto prepared = prepare_file(options_.path, use);
    if (!prepared) throw Unusable(prepared.error());
    file = std::move(*prepared);
  }
  sqlite3* handle = nullptr;
  // Without SQLITE_OPEN_CREATE: only the file that prepare_file() has checked may be opened.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_NOFOLLOW;
  const int opened = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  connection->handle.reset(handle);
  if (opened != SQLITE_OK) throw std::runtime_error(sqlite3_errstr(opened));
  // The lock is taken with the first access and kept: a second process fails at its start, and the
  // index of the write-ahead log is in memory, not in a mapped file.
  connection->must("PRAGMA locking_mode = EXCLUSIVE");
  const auto version = version_of(*connection);
  // In memory, unlike in a file, deleted data must free memory for other users.
  if (options_.path.empty()) connection->must("PRAGMA auto_vacuum = FULL");
  connection->must("PRAGMA journal_mode = WAL");
  connection->must("PRAGMA synchronous = FULL");
  connection->must(fmt::format("PRAGMA journal_size_limit = {}", longest_log));
  connection->must(fmt::format("PRAGMA max_page_count = {}", options_.max_size / page_size));
  migrate(*connection, version);
  connection_ = std::move(connection);
}

std::size_t Database::version_of(Connection& connection) const {
  const auto mark = number(connection.column("PRAGMA application_id").at(0));
  const auto version = number(connection.column("PRAGMA user_version").at(0));
  bool ours = mark == application_id;
  if (mark == 0 && version == 0) {
    const auto known = unmarked_tables();
    const auto tables = connection.column(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE "
        "'~'");
    ours = std::all_of(tables.begin(), tables.end(), [&](const Value& table) {
      return std::find(known.begin(), known.end(), text(table)) != known.end();
    });
  }
  if (!ours || version < 0) {
    throw Unusable(
        fmt::format("{} is a database of another program: name another file", options_.path));
  }
  const auto newest = static_cast<std::int64_t>(options_.migrations.size());
  if (version > newest) {
    throw Unusable(
        fmt::format("{} was written by a newer version of this program (the store's version is {}, "
                    "and {} the newest that this program knows): run the newer program, or delete "
                    "the file",
                    options_.path, version, newest));
  }
  if (version < newest && options_.only_existing) {
    throw Unusable(fmt::format(
        "{} was written by an earlier version of this program (the store's version is {}, and not "
        "{}): the connector updates it when it starts",
        options_.path, version, newest));
  }
  return static_cast<std::size_t>(version);
}

void Database::migrate(const Connection& connection, std::size_t version) const {
  const auto newest = options_.migrations.size();
  // Also if there is nothing to migrate: this takes the lock.
  connection.must("BEGIN EXCLUSIVE");
  for (auto next = version; next < newest; ++next) {
    for (const auto& statement : options_.migrations[next].statements) connection.must(statement);
  }
  // A file of this version is not written: the disk may be full.
  if (version < newest) {
    connection.must(fmt::format("PRAGMA application_id = {}", application_id));
    connection.must(fmt::format("PRAGMA user_version = {}", newest));
  }
  connection.must("COMMIT");
}

void Database::set_aside() {
  connection_.reset();
  std::error_code ignored;
  std::filesystem::rename(options_.path, options_.path + ".damaged", ignored);
  // SQLite would use old logs for the new file.
  std::filesystem::remove(options_.path + "-wal", ignored);
  std::filesystem::remove(options_.path + "-journal", ignored);
}

std::optional<Error> Database::open_again() {
  next_opening_ = std::chrono::steady_clock::now() + options_.reopen_after;
  try {
    open();
    return std::nullopt;
  } catch (const Damaged& damaged) {
    set_aside();
    return Error{damaged.message};
  } catch (const std::runtime_error& unusable) {
    return Error{unusable.what()};
  }
}

Result<std::vector<Row>> Database::run(std::string_view sql, std::initializer_list<Value> values) {
  const std::lock_guard lock(mutex_);
  return run_locked(sql, values);
}

Result<std::vector<Row>> Database::note(std::string_view sql, std::initializer_list<Value> values) {
  const std::lock_guard lock(mutex_);
  static_cast<void>(run_locked("PRAGMA synchronous = NORMAL", {}));
  auto rows = run_locked(sql, values);
  static_cast<void>(run_locked("PRAGMA synchronous = FULL", {}));
  return rows;
}

Result<std::vector<Row>> Database::run_locked(std::string_view sql,
                                              std::initializer_list<Value> values) {
  if (!connection_) {
    if (std::chrono::steady_clock::now() < next_opening_) {
      return tl::make_unexpected(Error{"the database could not be opened again"});
    }
    if (auto failed = open_again()) return tl::make_unexpected(std::move(*failed));
  }
  std::vector<Row> rows;
  int code = SQLITE_ERROR;
  if (auto* const statement = connection_->statement(sql)) {
    Execution execution(statement, values);
    while ((code = execution.step()) == SQLITE_ROW) rows.push_back(execution.row());
    if (code == SQLITE_DONE) return rows;
  }
  code = sqlite3_errcode(connection_->handle.get());
  Error error{connection_->problem()};
  if (is_damage(code) && !options_.only_existing) {
    log_.warning(
        "Database corrupt, moving it to <path>.damaged; cache, quota count and accepted messages "
        "in it are lost",
        {{"path", options_.path}, {"reason", error.message}});
    set_aside();
    if (auto failed = open_again()) error = std::move(*failed);
  }
  return tl::make_unexpected(std::move(error));
}

Result<void> Database::transact(const std::function<bool(const Run&)>& work) {
  const std::lock_guard lock(mutex_);
  std::optional<Error> failed;
  const Run run = [&](std::string_view sql, std::initializer_list<Value> values) {
    if (failed) return Result<std::vector<Row>>(tl::unexpect, *failed);
    auto rows = run_locked(sql, values);
    if (!rows) failed = rows.error();
    return rows;
  };
  if (auto begun = run_locked("BEGIN IMMEDIATE", {}); !begun) {
    return tl::make_unexpected(begun.error());
  }
  bool keep = false;
  try {
    keep = work(run);
  } catch (...) {
    static_cast<void>(run_locked("ROLLBACK", {}));
    throw;
  }
  if (keep && !failed) {
    auto committed = run_locked("COMMIT", {});
    if (committed) return {};
    failed = committed.error();
  }
  // Some failures have rolled back already; then ROLLBACK fails, which is ignored.
  static_cast<void>(run_locked("ROLLBACK", {}));
  if (failed) return tl::make_unexpected(*failed);
  return {};
}

std::int64_t number(const Value& value) {
  const auto* found = std::get_if<std::int64_t>(&value);
  return found == nullptr ? 0 : *found;
}

std::int64_t number(const Value& value, std::int64_t minimum, std::int64_t maximum) {
  return std::clamp(number(value), minimum, maximum);
}

std::string text(const Value& value) {
  const auto* found = std::get_if<std::string>(&value);
  return found == nullptr ? std::string() : *found;
}

std::string library() { return fmt::format("SQLite {}", sqlite3_libversion()); }

}  // namespace storage
