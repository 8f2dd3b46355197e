#include "enrichment/relationship_matrix.hpp"

#include <algorithm>
#include <array>

namespace enrichment {
namespace {

struct Accepted {
  std::string_view source;
  std::string_view relationship;
  std::string_view target;

  bool operator==(const Accepted&) const = default;
};

constexpr auto matrix = std::to_array<Accepted>({
    {"file", "downloads", "file"},
    {"file", "drops", "file"},
    {"file", "communicates-with", "ipv4-addr"},
    {"file", "communicates-with", "ipv6-addr"},
    {"file", "communicates-with", "domain-name"},
    {"ipv4-addr", "located-at", "location"},
    {"ipv4-addr", "belongs-to", "autonomous-system"},
    {"ipv6-addr", "located-at", "location"},
    {"ipv6-addr", "belongs-to", "autonomous-system"},
    {"domain-name", "resolves-to", "ipv4-addr"},
    {"domain-name", "resolves-to", "ipv6-addr"},
    {"hostname", "resolves-to", "ipv4-addr"},
    {"hostname", "resolves-to", "ipv6-addr"},
});

}  // namespace

bool is_accepted(std::string_view source, std::string_view relationship, std::string_view target) {
  if (relationship == "related-to") return true;
  return std::find(matrix.begin(), matrix.end(), Accepted{source, relationship, target}) !=
         matrix.end();
}

}  // namespace enrichment
