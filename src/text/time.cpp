#include "text/time.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace text {
namespace {

std::tm parts_of(Time time) {
  return fmt::gmtime(
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time)));
}

/// The fraction of a second, in units of D.
template <class D>
long long beyond_seconds(Time time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return std::chrono::floor<D>(time - whole).count();
}

}  // namespace

std::string date(Time time) { return fmt::format("{:%Y-%m-%d}", parts_of(time)); }
std::string minutes(Time time) { return fmt::format("{:%Y-%m-%d %H:%M}", parts_of(time)); }
std::string seconds(Time time) { return fmt::format("{:%Y-%m-%d %H:%M:%S}", parts_of(time)); }
std::string timestamp(Time time) { return fmt::format("{:%Y-%m-%dT%H:%M:%S}", parts_of(time)); }

std::string timestamp_ms(Time time) {
  return fmt::format("{}.{:03}Z", timestamp(time), beyond_seconds<std::chrono::milliseconds>(time));
}

std::string timestamp_us(Time time) {
  return fmt::format("{}.{:06}Z", timestamp(time), beyond_seconds<std::chrono::microseconds>(time));
}

}  // namespace text
