#include "stix/tlp.hpp"

#include "stix/marking_levels.hpp"

namespace stix {
namespace {

// In the order of Tlp.
constexpr MarkingScale<Tlp, 5> tlp_scale{{{
    {"TLP:CLEAR", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
    {"TLP:GREEN", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
    {"TLP:AMBER", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
    {"TLP:AMBER+STRICT", "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"},
    {"TLP:RED", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
}}};

}  // namespace

std::optional<Tlp> parse_tlp(std::string_view text) { return tlp_scale.named(text); }

std::string_view name_of(Tlp tlp) { return tlp_scale.of(tlp).name; }

std::string_view marking_id(Tlp tlp) { return tlp_scale.of(tlp).id; }

std::optional<Tlp> tlp_of_marking(std::string_view id) { return tlp_scale.with_id(id); }

}  // namespace stix
