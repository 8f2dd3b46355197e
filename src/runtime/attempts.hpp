// How often a message was begun without an end: one that fails each time is given up.
#pragma once

#include <string>

#include "opencti/message.hpp"
#include "runtime/job.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Remembers in a storage::Database, so that even what kills the process is counted, if the
/// database is a file. Only messages that are delivered again cost anything: a first attempt leaves
/// its trace in the broker's mark. Holds the newest 10,000.
///
/// A store that fails is a line in the log: then nothing is counted. The class is thread-safe.
class Attempts final {
 public:
  /// After so many a message is given up.
  static constexpr int most = 3;

  /// @param store must outlive this object
  Attempts(storage::Database& store, telemetry::Log log) : store_(store), log_(std::move(log)) {}

  /// What names a message across deliveries: its step in a playbook's run, or its body. Its work
  /// does not: two requests within one millisecond have one (opencti-graphql: generateWorkId).
  [[nodiscard]] static std::string key_of(const opencti::Message& message, const std::string& body);

  /// What came of earlier deliveries. One that was delivered again, and of which nothing else is
  /// known, may have been begun once.
  [[nodiscard]] Before before(const std::string& key, bool redelivered);

  /// To be called before a job is begun, and then one of the others. Whoever dies in between is
  /// taken to have died of it.
  void begun(const Job& job);
  /// It failed in a way that is its own fault, and will be delivered again.
  void failed(const Job& job, const std::string& reason);
  /// It is done, or given back through no fault of its own.
  void over(const Job& job);

 private:
  void write(const Job& job, const std::string& reason);

  storage::Database& store_;
  telemetry::Log log_;
};

}  // namespace runtime
