// Reads a JSON text token by token, where it lies: nothing is copied, and what a token means is
// worked out only when asked for. The one reader of all JSON that others send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace text {

enum class JsonToken {
  object,
  object_end,
  array,
  array_end,
  /// The name of an object's member; its value follows.
  key,
  string,
  number,
  /// `true` or `false`.
  boolean,
  /// `null`, and `NaN`, `Infinity` and `-Infinity`, which Python writes and JSON has no value for.
  null,
  /// The whole text has been read.
  end,
  /// The text is not JSON. Follows on itself.
  error,
};

/// Takes what Python's `json` takes, in UTF-8, with or without a byte order mark. Bytes that are
/// not UTF-8 and surrogates without their other half are no error: text() has U+FFFD in their
/// place.
///
/// Memory: one bit for each open array or object beyond 64. The text must outlive the scanner.
class JsonScanner final {
 public:
  explicit JsonScanner(std::string_view text);

  JsonToken next();

  /// The bytes of the token as they stand in the text, quotes included.
  [[nodiscard]] std::string_view raw() const { return text_.substr(begin_, at_ - begin_); }
  /// Where the token begins and ends, in bytes from the start of the text.
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] std::size_t end() const { return at_; }
  /// How many arrays and objects are open, the one that the token opened included.
  [[nodiscard]] std::size_t depth() const { return depth_; }
  /// Of a key or string: what it says, as UTF-8.
  [[nodiscard]] std::string text() const;
  /// Of a key or string: whether it says this. Without a copy where the text has no escapes.
  [[nodiscard]] bool is(std::string_view other) const;

  /// Reads on to the end of the value that the last token began, or that belongs to it if it was a
  /// key.
  /// @returns the bytes of the value; empty where the text is not JSON
  std::string_view skip();

 private:
  enum class Expected {
    value,
    first_value_or_end,
    first_key_or_end,
    key,
    colon,
    comma_or_end,
    end
  };

  JsonToken fail();
  JsonToken value();
  JsonToken open(bool object);
  JsonToken close();
  JsonToken string(JsonToken token);
  JsonToken number();
  JsonToken word(std::string_view letters, JsonToken token);
  JsonToken after_value(JsonToken token);
  void skip_blanks();
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool digits();
  void enter(bool object);
  [[nodiscard]] bool in_object() const;

  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t at_ = 0;
  Expected expected_ = Expected::value;
  JsonToken token_ = JsonToken::end;
  /// The last string or key has an escape, or a byte beyond ASCII.
  bool plain_ = true;
  std::size_t depth_ = 0;
  /// Of each open one whether it is an object: of the outer ones, the last in the lowest bit, and
  /// of those inside of them.
  std::uint64_t outer_ = 0;
  std::vector<bool> inner_;
};

/// What stands between the quotes of a JSON string, as UTF-8; see JsonScanner::text().
[[nodiscard]] std::string json_unescaped(std::string_view inner);

/// Valid UTF-8: what is not becomes U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace text
