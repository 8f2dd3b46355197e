#include "runtime/work_time.hpp"

#include <charconv>
#include <chrono>
#include <string_view>

namespace runtime {
namespace {

constexpr std::string_view form = "0000-00-00T00:00:00.000Z";

bool has_form(std::string_view text) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

int number(std::string_view text, std::size_t at, std::size_t length) {
  int value = 0;
  std::from_chars(text.data() + at, text.data() + at + length, value);
  return value;
}

}  // namespace

std::optional<std::int64_t> time_of_work(const opencti::WorkId& work_id) {
  using namespace std::chrono;
  std::string_view text = work_id.text();
  text.remove_prefix(text.rfind('_') + 1);
  if (!has_form(text)) return std::nullopt;
  const year_month_day date{year(number(text, 0, 4)),
                            month(static_cast<unsigned>(number(text, 5, 2))),
                            day(static_cast<unsigned>(number(text, 8, 2)))};
  if (!date.ok()) return std::nullopt;
  const auto time = sys_days(date) + hours(number(text, 11, 2)) + minutes(number(text, 14, 2)) +
                    seconds(number(text, 17, 2)) + milliseconds(number(text, 20, 3));
  return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

}  // namespace runtime
