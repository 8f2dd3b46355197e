#include "commands/observed_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "commands/value_kinds.hpp"
#include "stix/domain_name.hpp"
#include "stix/hashes.hpp"
#include "stix/ids.hpp"
#include "stix/ip_address.hpp"
#include "stix/normalization.hpp"
#include "stix/web_address.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace commands {
namespace {

using Observed = tl::expected<stix::Observable, std::string>;
using Replacement = std::pair<std::string_view, std::string_view>;

constexpr auto anywhere = std::to_array<Replacement>({{"[.]", "."}, {"[dot]", "."}, {"[/]", "/"}});
constexpr auto in_host = std::to_array<Replacement>({
    {"[://]", "://"},
    {"[:]", ":"},
    {"(.)", "."},
    {"{.}", "."},
    {"(dot)", "."},
    {"{dot}", "."},
});
constexpr auto schemes = std::to_array<Replacement>({{"hxxps", "https"}, {"hxxp", "http"}});

constexpr std::size_t sha512_length = 128;
/// Shorter text of hexadecimal digits is probably a word.
constexpr std::size_t shortest_hash_like = 20;

/// Replaces in `text`, ignoring letter case.
void replace_all(std::string& text, const Replacement& replacement) {
  const auto& [from, to] = replacement;
  auto lower = text::lower_case(text);
  for (auto at = lower.find(from); at != std::string::npos; at = lower.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    lower.replace(at, from.size(), to);
  }
}

void refang_scheme(std::string& text) {
  const auto lower = text::lower_case(text);
  for (const auto& [from, to] : schemes) {
    if (!lower.starts_with(from)) continue;
    if (lower.find_first_not_of("[:/", from.size()) > from.size()) {
      text.replace(0, from.size(), to);
    }
    return;
  }
}

/// Removes characters that enclose values in lists, mails and programs: `<https://…>`, `"…",`.
std::string_view unwrapped(std::string_view text) {
  constexpr auto around =
      std::to_array<std::pair<char, char>>({{'<', '>'}, {'"', '"'}, {'\'', '\''}, {'`', '`'}});
  while (text.ends_with(',') || text.ends_with(' ')) text.remove_suffix(1);
  for (const auto& [open, close] : around) {
    if (text.size() > 2 && text.front() == open && text.back() == close) {
      return text.substr(1, text.size() - 2);
    }
  }
  return text;
}

Observed rejected(std::string why) { return tl::make_unexpected(std::move(why)); }

stix::Observable of_value(std::string_view type, std::string value) {
  stix::Observable observable;
  observable.id = stix::value_id(type, value);
  observable.type = type;
  observable.value = std::move(value);
  return observable;
}

std::optional<stix::Observable> file_of(const std::string& text) {
  for (const auto* name : {"MD5", "SHA-1", "SHA-256"}) {
    if (!stix::is_hash(name, text)) continue;
    stix::Observable observable;
    observable.type = "file";
    observable.hashes = {{name, text::lower_case(text)}};
    observable.id = stix::file_id(observable.hashes);
    return observable;
  }
  return std::nullopt;
}

std::optional<stix::Observable> address_of(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto ip = stix::parse_ip(text);
  if (!ip) return std::nullopt;
  return of_value(ip->v6 ? "ipv6-addr" : "ipv4-addr", stix::to_string(*ip));
}

bool is_range(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || !stix::parse_ip(text.substr(0, slash))) return false;
  const auto length = text.substr(slash + 1);
  constexpr std::size_t longest_prefix_length = 3;
  return !length.empty() && length.size() <= longest_prefix_length &&
         length.find_first_not_of("0123456789") == std::string_view::npos;
}

Observed url_of(const std::string& text) {
  auto url = stix::canonical_url(text);
  if (!url) return rejected("it is not a well-formed URL");
  return of_value("url", std::move(url->text));
}

/// Recognises all types in the product's scope.
Observed recognised(std::string_view text, const source::Product& product) {
  if (text::has_control_characters(stix::trimmed(text))) {
    return rejected("it holds control characters");
  }
  const auto value = refanged(text);
  if (value.empty()) return rejected("it is empty");
  if (auto file = file_of(value)) return *file;
  if (value.size() >= shortest_hash_like &&
      value.find_first_not_of(text::hex_digits) == std::string::npos) {
    return rejected(
        value.size() == sha512_length
            ? fmt::format("{} knows files by MD5, SHA-1 and SHA-256 only", product.source)
            : fmt::format("it has {} hexadecimal digits; MD5 has 32, SHA-1 40, "
                          "SHA-256 64",
                          value.size()));
  }
  if (auto address = address_of(value)) return *address;
  if (is_range(value)) return rejected("it is a range of addresses; give one address");
  if (value.find("://") != std::string::npos) return url_of(value);
  if (auto domain = stix::canonical_domain(value); domain && !stix::is_single_label(*domain)) {
    return of_value(ValueKinds(product.scopes).type_of_names(), std::move(*domain));
  }
  if (value.find_first_of("/?#:") != std::string::npos) {
    if (auto url = url_of(value)) return url;
  }
  const auto kinds = ValueKinds(product.scopes).any_of_them();
  return rejected(fmt::format("it is not {} {}", kinds.starts_with('a') ? "an" : "a", kinds));
}

}  // namespace

std::string refanged(std::string_view text) {
  std::string out(stix::trimmed(unwrapped(stix::trimmed(text))));
  refang_scheme(out);
  for (const auto& replacement : anywhere) replace_all(out, replacement);
  // `[://]` and `[:]//` contain slashes that do not end the host.
  const auto scheme = out.find("//");
  const auto host = scheme == std::string::npos ? 0 : scheme + 2;
  const auto end = std::min(out.find_first_of("/?#", host), out.size());
  auto front = out.substr(0, end);
  for (const auto& replacement : in_host) replace_all(front, replacement);
  return front + out.substr(end);
}

Observed observable_of(std::string_view text, const source::Product& product) {
  auto observable = recognised(text, product);
  if (observable && !ValueKinds(product.scopes).takes(observable->type)) {
    return rejected(fmt::format("{} does not look up {}", product.source,
                                ValueKinds::plural_of(observable->type)));
  }
  return observable;
}

}  // namespace commands
