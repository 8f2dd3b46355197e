// Copies the store from the file of one instance to the server that replicas share, and back.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "storage/database.hpp"
#include "storage/redis.hpp"
#include "storage/replicas.hpp"

namespace storage {

/// The number of rows of one kind that were copied, for people.
struct Transferred {
  /// `answers`, `days of requests`, …
  std::string_view what;
  std::int64_t rows = 0;
};

/// Copies the content of the file to the server: answers with their ages, requests of the day,
/// attempts, answered steps of playbooks, and results that were not seen imported. Data that the
/// server has already stays; of two counts of requests the larger one remains. Therefore it can be
/// repeated, and done by every replica with its own file. Answers older than 90 days are not
/// copied.
[[nodiscard]] Result<std::vector<Transferred>> import_into(Redis& redis, Database& file);

/// The same, from the server to the file.
[[nodiscard]] Result<std::vector<Transferred>> export_from(Redis& redis, Database& file);

}  // namespace storage
