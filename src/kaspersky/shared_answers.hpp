// Answers on a server that replicas share.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "kaspersky/answer_store.hpp"
#include "storage/replicas.hpp"
#include "storage/write_health.hpp"

namespace kaspersky {

/// The answers that this replica received itself are stored in its own store too, and used while
/// the server is unreachable. Ages are by the server's clock. A claim that is released while the
/// server is unreachable is released there once it is reachable again.
class SharedAnswers final : public AnswerStore {
 public:
  /// @param shared,own must outlive this object
  SharedAnswers(storage::Shared shared, AnswerStore& own, telemetry::Log log);
  ~SharedAnswers() override;
  SharedAnswers(const SharedAnswers&) = delete;
  SharedAnswers& operator=(const SharedAnswers&) = delete;

  [[nodiscard]] std::optional<Kept> find(const std::string& key) override;
  [[nodiscard]] std::optional<Text> read(const std::string& key, const Kept& found) override;
  void put(const std::string& key, const std::optional<std::string>& text,
           const Bounds& bounds) override;
  void forget(const std::string& key, const std::optional<Kept>& found) override;
  [[nodiscard]] Claim claim(const std::string& key, const std::optional<Kept>& seen,
                            std::chrono::milliseconds lasts) override;
  void release(const std::string& key) override;
  [[nodiscard]] std::int64_t size() const override { return size_; }
  [[nodiscard]] std::string problem() const override;

 private:
  /// @param size of the new answer; 0 only removes
  /// @param stamp of the answer to replace; empty replaces any
  void replace(const std::string& key, std::int64_t size, const std::optional<std::string>& text,
               const Bounds& bounds, const std::string& stamp);
  /// Marks a claim for release later: the server is unreachable.
  void leave(const std::string& digest);
  void release_left();

  storage::Redis& redis_;
  storage::Replicas& replicas_;
  AnswerStore& own_;
  storage::WriteHealth write_health_;
  std::atomic<std::int64_t> size_ = 0;
  std::mutex mutex_;
  /// The digests of claims to release.
  std::set<std::string> left_;
};

}  // namespace kaspersky
