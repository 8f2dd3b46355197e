#include "commands/value_kinds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace commands {
namespace {

struct Type {
  std::string_view stix;
  std::string_view plural;
  /// One of these scopes is enough.
  std::array<std::string_view, 2> scopes;
};
constexpr std::array types{
    Type{"file", "hashes", {"StixFile", "Artifact"}},
    Type{"ipv4-addr", "IPv4 addresses", {"IPv4-Addr", ""}},
    Type{"ipv6-addr", "IPv6 addresses", {"IPv6-Addr", ""}},
    Type{"domain-name", "domains", {"Domain-Name", "Hostname"}},
    Type{"hostname", "domains", {"Domain-Name", "Hostname"}},
    Type{"url", "URLs", {"Url", ""}},
};

/// In the order of the help.
struct Kind {
  std::string_view one;
  std::string_view many;
  std::string_view in_full;
  std::string_view example;
  std::array<std::string_view, 2> types;
};
constexpr std::array kinds{
    Kind{"hash", "hashes", "MD5, SHA-1, SHA-256", "44d88612fea8a8f36de82e1278abb02f", {"file", ""}},
    Kind{"address", "addresses", "IP address", "198.51.100.7", {"ipv4-addr", "ipv6-addr"}},
    Kind{"domain", "domains", "domain", "example[.]com", {"domain-name", ""}},
    Kind{"URL", "URLs", "URL", "'hxxps://example[.]com/login'", {"url", ""}},
};

/// One text per accepted kind.
std::vector<std::string> texts(const ValueKinds& taken, std::string_view Kind::*text) {
  std::vector<std::string> all;
  for (const auto& kind : kinds) {
    if (std::any_of(kind.types.begin(), kind.types.end(),
                    [&](std::string_view type) { return taken.takes(type); })) {
      all.emplace_back(kind.*text);
    }
  }
  return all;
}

std::string joined(std::vector<std::string> words, std::string_view last_of_all) {
  if (words.empty()) return "";
  const auto last = std::move(words.back());
  words.pop_back();
  return words.empty() ? last : fmt::format("{} {} {}", fmt::join(words, ", "), last_of_all, last);
}

}  // namespace

bool ValueKinds::has(std::string_view scope) const {
  return std::find(scopes_.begin(), scopes_.end(), scope) != scopes_.end();
}

bool ValueKinds::takes(std::string_view stix_type) const {
  return std::any_of(types.begin(), types.end(), [&](const Type& type) {
    return type.stix == stix_type && (has(type.scopes[0]) || has(type.scopes[1]));
  });
}

std::string_view ValueKinds::type_of_names() const {
  return has("Hostname") && !has("Domain-Name") ? "hostname" : "domain-name";
}

std::string ValueKinds::any_of_them() const { return joined(texts(*this, &Kind::one), "or"); }
std::string ValueKinds::all_of_them() const { return joined(texts(*this, &Kind::many), "and"); }
std::string ValueKinds::in_full() const { return joined(texts(*this, &Kind::in_full), "or"); }
std::vector<std::string> ValueKinds::examples() const { return texts(*this, &Kind::example); }

std::string_view ValueKinds::plural_of(std::string_view stix_type) {
  const auto* const type = std::find_if(types.begin(), types.end(),
                                        [&](const Type& known) { return known.stix == stix_type; });
  return type == types.end() ? stix_type : type->plural;
}

}  // namespace commands
