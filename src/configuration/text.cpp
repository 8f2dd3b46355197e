#include "configuration/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <numeric>

#include <nlohmann/json.hpp>

namespace configuration {
namespace {

constexpr std::size_t longest_shown = 80;

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

bool is_utf8(std::string_view text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

/// The number of missing, additional, wrong and swapped letters; counting stops beyond `most`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return most + 1;
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = last[j] + (a[i] == b[j] ? 0 : 1);
      row[j + 1] = std::min({replaced, row[j] + 1, last[j + 1] + 1});
      const bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (swapped) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
    }
  }
  return row.back();
}

/// The length of the common beginning, up to and including a separator.
std::size_t common_words(std::string_view a, std::string_view b) {
  const auto end = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin()).first -
      a.begin());
  const auto separator = a.substr(0, end).find_last_of("_.");
  return separator == std::string_view::npos ? 0 : separator + 1;
}

/// The maximum number of typing errors; with more a hint would be a guess.
std::size_t slips_in(std::size_t letters) {
  if (letters < 5) return 1;
  return std::max<std::size_t>(2, letters / 4);
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    const auto part = trimmed(text.substr(0, end));
    if (!part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string shown(std::string_view text) {
  std::string out = "'";
  for (const auto c : text.substr(0, longest_shown)) {
    if (is_visible_ascii({&c, 1}) || c == ' ') {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out + (text.size() > longest_shown ? "…'" : "'");
}

std::optional<std::string_view> unquoted(std::string_view text) {
  text = trimmed(text);
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  if (!quoted) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

bool may_hold_secret(std::string_view text) {
  return text.find('@') != std::string_view::npos ||
         text.find("PRIVATE KEY") != std::string_view::npos;
}

bool is_plain_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_control) && is_utf8(text);
}

std::string table_cell(std::string_view text) {
  std::string out;
  for (const auto c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

bool is_visible_ascii(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_ip_address(std::string_view text) {
  const std::string terminated(text);
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, terminated.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1;
}

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  const auto wanted = lower_case(name);
  auto best = std::numeric_limits<std::size_t>::max();
  std::string found;
  for (const auto& candidate : candidates) {
    const auto known = lower_case(candidate);
    const auto common = common_words(wanted, known);
    const auto rest = std::string_view(wanted).substr(common);
    const auto most = slips_in(rest.size());
    const auto far = distance(rest, std::string_view(known).substr(common), most);
    if (far <= most && far < best) {
      best = far;
      found = candidate;
    }
  }
  return found;
}

std::string nearest_within(std::size_t slips, std::string_view name,
                           const std::vector<std::string>& candidates) {
  const auto wanted = lower_case(name);
  auto best = slips + 1;
  std::string found;
  for (const auto& candidate : candidates) {
    const auto far = distance(wanted, lower_case(candidate), slips);
    if (far < best) {
      best = far;
      found = candidate;
    }
  }
  return found;
}

std::string probably_meant(std::string_view name, const std::vector<std::string>& candidates) {
  if (auto near = nearest(name, candidates); !near.empty()) return near;
  const auto part = lower_case(name);
  if (part.size() < 3) return {};
  std::string found;
  for (const auto& candidate : candidates) {
    const auto known = lower_case(candidate);
    if (!known.starts_with(part) && !known.ends_with(part)) continue;
    if (!found.empty()) return {};
    found = candidate;
  }
  return found;
}

}  // namespace configuration
