#include "commands/values_in.hpp"

#include <fmt/format.h>

#include <optional>

#include "stix/normalization.hpp"

namespace commands {
namespace {

/// The next line without its end, cut to maximum `longest` + 1 bytes; nothing at the end of the
/// input.
std::optional<std::string> next_line(std::streambuf& input, std::size_t longest) {
  constexpr auto end = std::streambuf::traits_type::eof();
  std::string line;
  auto c = input.sbumpc();
  if (c == end) return std::nullopt;
  for (; c != end && c != '\n'; c = input.sbumpc()) {
    if (line.size() <= longest) line += static_cast<char>(c);
  }
  return line;
}

}  // namespace

ValuesIn values_in(const std::vector<std::string>& arguments, std::istream& input,
                   const ValueLimits& limits) {
  ValuesIn in;
  const auto take = [&](std::string value, const std::string& where) {
    if (in.too_many) return;
    in.too_many = in.values.size() == limits.max_values;
    if (in.too_many) return;
    if (value.size() > limits.longest) {
      in.values.push_back(
          {.text = {},
           .problem = fmt::format("{} is longer than {} bytes", where, limits.longest)});
    } else {
      in.values.push_back({.text = std::move(value)});
    }
  };
  for (const auto& argument : arguments) {
    if (argument != "-") {
      take(argument, "a value");
      continue;
    }
    for (std::size_t number = 1; !in.too_many; ++number) {
      auto line = next_line(*input.rdbuf(), limits.longest);
      if (!line) break;
      const auto text = stix::trimmed(*line);
      if (text.empty() || text.starts_with('#')) continue;
      take(std::move(*line), fmt::format("line {}", number));
    }
  }
  return in;
}

}  // namespace commands
