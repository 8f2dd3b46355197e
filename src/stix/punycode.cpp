#include "stix/punycode.hpp"

#include <algorithm>
#include <cstdint>

namespace stix {
namespace {

// RFC 3492 §5.
constexpr std::uint32_t base = 36;
constexpr std::uint32_t least_threshold = 1;
constexpr std::uint32_t max_threshold = 26;
constexpr std::uint32_t skew = 38;
constexpr std::uint32_t damp = 700;
constexpr std::uint32_t initial_bias = 72;
constexpr std::uint32_t initial_code_point = 0x80;

char digit(std::uint32_t value) {
  constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz0123456789";
  return digits[value];
}

std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / damp : delta / 2;
  delta += delta / points;
  std::uint32_t steps = 0;
  for (; delta > (base - least_threshold) * max_threshold / 2; steps += base) {
    delta /= base - least_threshold;
  }
  return steps + (base - least_threshold + 1) * delta / (delta + skew);
}

void write(std::uint32_t delta, std::uint32_t bias, std::string& out) {
  for (std::uint32_t place = base;; place += base) {
    const auto threshold = place <= bias ? least_threshold : std::min(place - bias, max_threshold);
    if (delta < threshold) break;
    out += digit(threshold + (delta - threshold) % (base - threshold));
    delta = (delta - threshold) / (base - threshold);
  }
  out += digit(delta);
}

}  // namespace

std::string punycode(std::u32string_view label) {
  std::string out;
  for (const auto point : label) {
    if (point < initial_code_point) out += static_cast<char>(point);
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic > 0) out += '-';
  std::uint32_t next = initial_code_point;
  std::uint32_t delta = 0;
  std::uint32_t bias = initial_bias;
  for (auto handled = basic; handled < label.size(); ++next, ++delta) {
    std::uint32_t least = 0x10FFFF;
    for (const auto point : label) {
      if (point >= next) least = std::min<std::uint32_t>(least, point);
    }
    delta += (least - next) * (handled + 1);
    next = least;
    for (const auto point : label) {
      if (point < next) ++delta;
      if (point != next) continue;
      write(delta, bias, out);
      bias = adapted(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
  }
  return out;
}

}  // namespace stix
