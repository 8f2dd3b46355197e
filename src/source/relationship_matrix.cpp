#include "source/relationship_matrix.hpp"

#include <algorithm>
#include <array>

namespace source {
namespace {

struct Accepted {
  std::string_view source;
  std::string_view relationship;
  std::string_view target;

  bool operator==(const Accepted&) const = default;
};

constexpr auto matrix = std::to_array<Accepted>({
    {"file", "drops", "file"},
    {"file", "downloads", "file"},
    {"file", "derived-from", "file"},
    {"file", "communicates-with", "ipv4-addr"},
    {"file", "communicates-with", "ipv6-addr"},
    {"file", "communicates-with", "domain-name"},
    {"artifact", "communicates-with", "ipv4-addr"},
    {"artifact", "communicates-with", "ipv6-addr"},
    {"artifact", "communicates-with", "domain-name"},
    {"artifact", "derived-from", "artifact"},
    {"ipv4-addr", "located-at", "location"},
    {"ipv4-addr", "belongs-to", "autonomous-system"},
    {"ipv4-addr", "belongs-to", "organization"},
    {"ipv4-addr", "derived-from", "ipv4-addr"},
    {"ipv6-addr", "located-at", "location"},
    {"ipv6-addr", "belongs-to", "autonomous-system"},
    {"ipv6-addr", "belongs-to", "organization"},
    {"ipv6-addr", "derived-from", "ipv6-addr"},
    {"domain-name", "resolves-to", "ipv4-addr"},
    {"domain-name", "resolves-to", "ipv6-addr"},
    {"domain-name", "resolves-to", "domain-name"},
    {"domain-name", "resolves-to", "hostname"},
    {"domain-name", "belongs-to", "organization"},
    {"domain-name", "derived-from", "domain-name"},
    {"domain-name", "derived-from", "hostname"},
    {"hostname", "resolves-to", "ipv4-addr"},
    {"hostname", "resolves-to", "ipv6-addr"},
    {"hostname", "resolves-to", "domain-name"},
    {"hostname", "communicates-with", "ipv4-addr"},
    {"hostname", "communicates-with", "ipv6-addr"},
    {"hostname", "communicates-with", "domain-name"},
    {"hostname", "drops", "file"},
    {"hostname", "drops", "artifact"},
    {"hostname", "derived-from", "hostname"},
    {"url", "derived-from", "url"},
    {"indicator", "based-on", "file"},
    {"indicator", "based-on", "artifact"},
    {"indicator", "based-on", "ipv4-addr"},
    {"indicator", "based-on", "ipv6-addr"},
    {"indicator", "based-on", "domain-name"},
    {"indicator", "based-on", "hostname"},
    {"indicator", "based-on", "url"},
    {"indicator", "based-on", "autonomous-system"},
    {"indicator", "derived-from", "indicator"},
    {"location", "derived-from", "location"},
    {"identity", "located-at", "location"},
    {"identity", "part-of", "identity"},
    {"identity", "derived-from", "identity"},
    {"organization", "derived-from", "organization"},
});

}  // namespace

bool is_accepted(std::string_view source, std::string_view relationship, std::string_view target) {
  if (relationship == "related-to") return true;
  return std::find(matrix.begin(), matrix.end(), Accepted{source, relationship, target}) !=
         matrix.end();
}

}  // namespace source
