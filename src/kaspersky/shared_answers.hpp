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
#include "storage/trouble.hpp"

namespace kaspersky {

/// What this replica learned itself is kept in its own store as well, and serves while the server
/// is away. Ages count by the server's clock. A claim that ends while the server is away ends there
/// once it is back.
class SharedAnswers final : public AnswerStore {
 public:
  /// @param shared,own must outlive this object
  SharedAnswers(storage::Shared shared, AnswerStore& own, telemetry::Log log);
  ~SharedAnswers() override;

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
  /// @param size of what takes its place; 0: nothing
  /// @param stamp of the only one that is replaced; empty: any
  void replace(const std::string& key, std::int64_t size, const std::optional<std::string>& text,
               const Bounds& bounds, const std::string& stamp);
  /// The server could not be told that our claim has ended.
  void leave(const std::string& digest);
  void release_left();

  storage::Redis& redis_;
  storage::Replicas& replicas_;
  AnswerStore& own_;
  storage::Trouble trouble_;
  std::atomic<std::int64_t> size_ = 0;
  std::mutex mutex_;
  /// The digests of claims that have ended.
  std::set<std::string> left_;
};

}  // namespace kaspersky
