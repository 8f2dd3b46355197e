// Reads a JSON text token by token, in place: nothing is copied, and a token is decoded only on
// request. All untrusted JSON is read with it.
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
  /// `null`, and `NaN`, `Infinity` and `-Infinity`, which Python writes and JSON does not have.
  null,
  /// The whole text has been read.
  end,
  /// The text is not JSON. All further tokens are errors too.
  error,
};

/// Accepts all that Python's `json` accepts, in UTF-8, with or without a byte order mark. Invalid
/// UTF-8 and lone surrogates are not errors: text() replaces them by U+FFFD.
///
/// Memory: one bit per open array or object beyond 64. The text must outlive the scanner.
class JsonScanner final {
 public:
  explicit JsonScanner(std::string_view text);

  JsonToken next();

  /// The bytes of the token in the text, with quotes.
  [[nodiscard]] std::string_view raw() const { return text_.substr(begin_, at_ - begin_); }
  /// Where the token begins and ends, in bytes from the start of the text.
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] std::size_t end() const { return at_; }
  /// The number of open arrays and objects, including one that the token opened.
  [[nodiscard]] std::size_t depth() const { return depth_; }
  /// The decoded key or string, as UTF-8.
  [[nodiscard]] std::string text() const;
  /// Whether the decoded key or string equals `other`. Makes no copy if the text has no escapes.
  [[nodiscard]] bool is(std::string_view other) const;

  /// Skips to the end of the value that the last token began; after a key, of the key's value.
  /// @returns the bytes of the value; empty if the text is not JSON
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
  /// The last string or key has neither an escape nor a byte beyond ASCII.
  bool plain_ = true;
  std::size_t depth_ = 0;
  /// For each open level, whether it is an object: `outer_` for the first 64, the last in the
  /// lowest bit; `inner_` for further levels.
  std::uint64_t outer_ = 0;
  std::vector<bool> inner_;
};

/// The decoded content between the quotes of a JSON string, as UTF-8; see JsonScanner::text().
[[nodiscard]] std::string json_unescaped(std::string_view inner);

/// The text as valid UTF-8: invalid bytes become U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace text
