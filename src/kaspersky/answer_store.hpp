// Where answers are kept: in a file, or on a server that replicas share.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace kaspersky {

/// An answer is its text; no text means that Kaspersky knows nothing. Implementations are
/// thread-safe.
class AnswerStore {
 public:
  AnswerStore() = default;
  virtual ~AnswerStore() = default;
  AnswerStore(const AnswerStore&) = delete;
  AnswerStore& operator=(const AnswerStore&) = delete;

  struct Kept {
    /// In seconds; negative where the clock was set back.
    std::int64_t age = 0;
    /// Of the text and what belongs to it, in bytes.
    std::int64_t size = 0;
    /// Differs from that of any other answer to this question.
    std::string stamp = {};
  };
  /// Nothing where there is none, or the store cannot be read.
  [[nodiscard]] virtual std::optional<Kept> find(const std::string& key) = 0;

  struct Text {
    /// Nothing: not known.
    std::optional<std::string> text;
  };
  /// Of an answer that was found; nothing where another has taken its place.
  [[nodiscard]] virtual std::optional<Text> read(const std::string& key, const Kept& found) = 0;

  struct Bounds {
    /// Of all answers together, in bytes. The oldest go first.
    std::int64_t most_bytes = 0;
    /// What is older is of no use to anybody.
    std::chrono::seconds longest{0};
  };
  /// Replaces an earlier one, and ends a claim.
  virtual void put(const std::string& key, const std::optional<std::string>& text,
                   const Bounds& bounds) = 0;
  /// @param found the one that is of no use, where another may have taken its place since
  virtual void forget(const std::string& key, const std::optional<Kept>& found) = 0;

  enum class Claim {
    /// It is for the caller to ask, and then to put() or release().
    ours,
    /// Another replica asks.
    of_another,
    /// Another answer has come since find().
    answered,
  };
  /// @param lasts after this it ends by itself
  [[nodiscard]] virtual Claim claim(const std::string& /*key*/, const std::optional<Kept>& /*seen*/,
                                    std::chrono::milliseconds /*lasts*/) {
    return Claim::ours;
  }
  virtual void release(const std::string& /*key*/) {}

  /// Of all that is kept, in bytes. Does not wait for the store.
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// Why the store cannot be written to, and what that means; empty while it can.
  [[nodiscard]] virtual std::string problem() const = 0;
};

}  // namespace kaspersky
