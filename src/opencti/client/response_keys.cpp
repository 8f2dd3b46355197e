#include "opencti/client/response_keys.hpp"

#include <algorithm>
#include <utility>

namespace opencti {
namespace {

bool is_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Reads one document.
class Reader final {
 public:
  ResponseKeys read(std::string_view document) {
    while (!document.empty()) {
      std::size_t length = 1;
      if (is_in_name(document.front())) {
        const auto* const end = std::find_if_not(document.begin(), document.end(), is_in_name);
        length = static_cast<std::size_t>(end - document.begin());
        take_name(document.substr(0, length));
      } else if (document.front() == '"') {
        const auto end = document.find('"', 1);
        length = end == std::string_view::npos ? document.size() : end + 1;
      } else {
        take_sign(document.front());
      }
      document.remove_prefix(length);
    }
    return std::move(keys_);
  }

 private:
  void take_sign(char sign) {
    if (sign == '(') ++arguments_;
    if (sign == ')') --arguments_;
    if (arguments_ > 0) return;
    if (sign == '{') ++depth_;
    if (sign == '}') --depth_;
    if (sign > ' ') before_ = sign;
  }

  void take_name(std::string_view name) {
    if (arguments_ > 0) return;
    const char before = std::exchange(before_, 'a');
    if (depth_ == 0) {
      if (name == "fragment") in_fragment_ = true;
      return;
    }
    // In `...Part`, `... on Type`, `@include` and `alias: field` these names are not keys.
    const bool is_type = std::exchange(type_follows_, before == '.' && name == "on");
    if (is_type || before == '.' || before == '@' || before == ':') return;
    keys_.all.insert(name);
    if (depth_ == 1 && !in_fragment_) keys_.root.insert(name);
  }

  ResponseKeys keys_;
  int arguments_ = 0;
  int depth_ = 0;
  /// Fragments follow the operation.
  bool in_fragment_ = false;
  bool type_follows_ = false;
  /// The last sign; a letter after a name.
  char before_ = ' ';
};

}  // namespace

ResponseKeys response_keys(std::string_view document) { return Reader().read(document); }

}  // namespace opencti
