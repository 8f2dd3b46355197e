// A text that names one kind of thing, as a type of its own: ids of two kinds cannot be swapped.
//
// ```cpp
// using WorkId = text::TypedId<struct WorkTag>;
// using DraftId = text::TypedId<struct DraftTag>;
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
class TypedId final {
 public:
  /// Empty: names nothing.
  TypedId() = default;
  explicit TypedId(std::string text) : text_(std::move(text)) {}

  /// For JSON, a database and the log.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  [[nodiscard]] bool operator==(const TypedId&) const = default;
  [[nodiscard]] auto operator<=>(const TypedId&) const = default;

 private:
  std::string text_;
};

}  // namespace text

template <class Tag>
struct std::hash<text::TypedId<Tag>> {
  [[nodiscard]] std::size_t operator()(const text::TypedId<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.text());
  }
};
