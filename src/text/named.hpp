// A text that names one kind of thing, as a type of its own: ids of two kinds cannot be swapped.
//
// ```cpp
// using WorkId = text::Named<struct WorkTag>;
// using DraftId = text::Named<struct DraftTag>;
// void close(const WorkId& work, const DraftId& draft);
// ```
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace text {

/// @tparam Tag one type for each kind; a declaration is enough
template <class Tag>
class Named final {
 public:
  /// Empty: names nothing.
  Named() = default;
  explicit Named(std::string text) : text_(std::move(text)) {}

  /// For JSON, a database and the log.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  [[nodiscard]] bool operator==(const Named&) const = default;
  [[nodiscard]] auto operator<=>(const Named&) const = default;

 private:
  std::string text_;
};

}  // namespace text

template <class Tag>
struct std::hash<text::Named<Tag>> {
  [[nodiscard]] std::size_t operator()(const text::Named<Tag>& named) const noexcept {
    return std::hash<std::string>()(named.text());
  }
};
