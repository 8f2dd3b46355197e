// Stores answers: in a file, or on a server that replicas share.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace kaspersky {

/// Answers that are not further in the future stay valid, because clocks are corrected. In seconds.
inline constexpr std::int64_t tolerated_future = 60;

/// An answer is stored as text; no text means `not_found`. Implementations are thread-safe.
class AnswerStore {
 public:
  AnswerStore() = default;
  virtual ~AnswerStore() = default;
  AnswerStore(const AnswerStore&) = delete;
  AnswerStore& operator=(const AnswerStore&) = delete;

  struct Kept {
    /// In seconds; negative if the clock was set back.
    std::int64_t age = 0;
    /// Size of the text and its overhead, in bytes.
    std::int64_t size = 0;
    /// Unique among all answers under this key.
    std::string stamp = {};
  };
  /// The entry under this key; nothing if there is none, or the store cannot be read.
  [[nodiscard]] virtual std::optional<Kept> find(const std::string& key) = 0;

  struct Text {
    /// Nothing: Kaspersky does not know the object.
    std::optional<std::string> text;
  };
  /// The text of an entry that find() returned; nothing if it was replaced since.
  [[nodiscard]] virtual std::optional<Text> read(const std::string& key, const Kept& found) = 0;

  struct Bounds {
    /// Maximum size of all answers together, in bytes. The oldest are removed first.
    std::int64_t max_bytes = 0;
    /// The longest lifetime: older answers may be removed.
    std::chrono::seconds longest{0};
  };
  /// Stores an answer, replaces an earlier one, and ends the claim.
  virtual void put(const std::string& key, const std::optional<std::string>& text,
                   const Bounds& bounds) = 0;
  /// @param found the entry to remove; an entry that replaced it since stays
  virtual void forget(const std::string& key, const std::optional<Kept>& found) = 0;

  enum class Claim {
    /// The caller must send the lookup, and then call put() or release().
    ours,
    /// Another replica sends the lookup.
    of_another,
    /// A newer answer was stored since find().
    answered,
  };
  /// @param lasts the claim expires after this time
  [[nodiscard]] virtual Claim claim(const std::string& /*key*/, const std::optional<Kept>& /*seen*/,
                                    std::chrono::milliseconds /*lasts*/) {
    return Claim::ours;
  }
  virtual void release(const std::string& /*key*/) {}

  /// Size of all entries, in bytes. Does not wait for the store.
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// Why the store cannot be written, and the consequence; empty while it can.
  [[nodiscard]] virtual std::string problem() const = 0;
};

}  // namespace kaspersky
