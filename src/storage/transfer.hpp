// From the file of one instance to the server that replicas share, and back.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "storage/database.hpp"
#include "storage/redis.hpp"
#include "storage/replicas.hpp"

namespace storage {

/// How many rows of a kind went over, for people.
struct Transferred {
  /// `answers`, `days of requests`, …
  std::string_view what;
  std::int64_t rows = 0;
};

/// What the file remembers becomes known to all replicas: answers with their ages, requests of the
/// day, attempts, answered steps of playbooks, and results that were not seen imported. What the
/// server has already stays, and counts of requests become those of the larger. So it can be done
/// again, and by every replica with its own file. Answers older than 90 days stay behind.
[[nodiscard]] Result<std::vector<Transferred>> import_into(Redis& redis, Database& file);

/// The same, from the server to the file.
[[nodiscard]] Result<std::vector<Transferred>> export_from(Redis& redis, Database& file);

}  // namespace storage
