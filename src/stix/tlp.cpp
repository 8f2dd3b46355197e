#include "stix/tlp.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace stix {
namespace {

struct Row {
  Tlp tlp;
  std::string_view name;
  std::string_view marking_id;
};

// In the order of Tlp, from the least to the most restrictive.
constexpr std::array<Row, 5> rows{{
    {Tlp::clear, "TLP:CLEAR", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
    {Tlp::green, "TLP:GREEN", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
    {Tlp::amber, "TLP:AMBER", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
    {Tlp::amber_strict, "TLP:AMBER+STRICT",
     "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"},
    {Tlp::red, "TLP:RED", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
}};

const Row& row_of(Tlp tlp) { return rows.at(static_cast<std::size_t>(tlp)); }

}  // namespace

std::optional<Tlp> parse_tlp(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (!upper.starts_with("TLP:")) upper.insert(0, "TLP:");
  if (upper == "TLP:WHITE") return Tlp::clear;
  for (const auto& row : rows) {
    if (row.name == upper) return row.tlp;
  }
  return std::nullopt;
}

std::string_view name_of(Tlp tlp) { return row_of(tlp).name; }

std::string_view marking_id(Tlp tlp) { return row_of(tlp).marking_id; }

std::optional<Tlp> tlp_of_marking(std::string_view id) {
  for (const auto& row : rows) {
    if (row.marking_id == id) return row.tlp;
  }
  return std::nullopt;
}

std::optional<Tlp> strictest(const std::vector<std::string>& marking_ids) {
  std::optional<Tlp> found;
  for (const auto& id : marking_ids) {
    const auto tlp = tlp_of_marking(id);
    if (tlp && (!found || *tlp > *found)) found = tlp;
  }
  return found;
}

}  // namespace stix
