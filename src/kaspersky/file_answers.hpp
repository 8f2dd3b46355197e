// Answers in a file, for one process.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "kaspersky/answer_store.hpp"
#include "kaspersky/clock.hpp"
#include "storage/database.hpp"
#include "storage/write_health.hpp"
#include "telemetry/log.hpp"

namespace kaspersky {

class FileAnswers final : public AnswerStore {
 public:
  /// @param store must outlive this object
  FileAnswers(
      storage::Database& store, telemetry::Log log,
      WallClock now = [] { return std::chrono::system_clock::now(); });

  [[nodiscard]] std::optional<Kept> find(const std::string& key) override;
  [[nodiscard]] std::optional<Text> read(const std::string& key, const Kept& found) override;
  void put(const std::string& key, const std::optional<std::string>& text,
           const Bounds& bounds) override;
  void forget(const std::string& key, const std::optional<Kept>& found) override;
  [[nodiscard]] std::int64_t size() const override { return size_; }
  [[nodiscard]] std::string problem() const override { return write_health_.problem(); }

 private:
  [[nodiscard]] std::int64_t seconds_now() const;
  void add(const storage::Database::Run& run, const std::string& key,
           const std::optional<std::string>& text, const Bounds& bounds) const;
  void update_size();

  storage::Database& store_;
  storage::WriteHealth write_health_;
  const WallClock now_;
  std::atomic<std::int64_t> size_ = 0;
};

}  // namespace kaspersky
