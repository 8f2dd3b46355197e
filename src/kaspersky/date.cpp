#include "kaspersky/date.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace kaspersky {
namespace {

constexpr std::size_t max_fraction_digits = 9;

/// Reads a text part by part; once a part does not match, `failed` stays set.
class Scanner final {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  unsigned number(std::size_t digits) {
    unsigned value = 0;
    const char* const begin = rest_.data();
    if (rest_.size() < digits ||
        std::from_chars(begin, begin + digits, value).ptr != begin + digits) {
      failed_ = true;
      return 0;
    }
    rest_.remove_prefix(digits);
    return value;
  }
  void expect(char c) {
    if (!skip(c)) failed_ = true;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// The digits after the point, as milliseconds.
  unsigned fraction() {
    const auto digits = rest_.substr(0, rest_.find_first_not_of("0123456789"));
    if (digits.empty() || digits.size() > max_fraction_digits) failed_ = true;
    rest_.remove_prefix(digits.size());
    auto thousandths = std::string(digits.substr(0, 3));
    thousandths.resize(3, '0');
    return Scanner(thousandths).number(3);
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> parse_date(std::string_view text) {
  Scanner in(text);
  const auto year = in.number(4);
  in.expect('-');
  const auto month = in.number(2);
  in.expect('-');
  const auto day = in.number(2);
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  unsigned thousandths = 0;
  if (in.skip('T') || in.skip(' ')) {
    hour = in.number(2);
    in.expect(':');
    minute = in.number(2);
    if (in.skip(':')) second = in.number(2);
    if (in.skip('.')) thousandths = in.fraction();
  }
  in.skip('Z');
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (in.failed() || !in.at_end() || year == 0 || !date.ok() || hour > 23 || minute > 59 ||
      second > 59) {
    return std::nullopt;
  }
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year, month, day, hour, minute,
                     second, thousandths);
}

}  // namespace kaspersky
