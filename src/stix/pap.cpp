#include "stix/pap.hpp"

#include "stix/marking_levels.hpp"

namespace stix {
namespace {

// In the order of Pap. The ids follow from type and definition, see marking_definition_id().
constexpr MarkingScale<Pap, 4> pap_scale{{{
    {"PAP:CLEAR", "marking-definition--4cdff7eb-acb8-543f-8573-829eb9fe8b34"},
    {"PAP:GREEN", "marking-definition--89484dde-e3d2-547f-a6c6-d14824429eb1"},
    {"PAP:AMBER", "marking-definition--a6f20d4d-0360-59b6-ba22-3b48707828b1"},
    {"PAP:RED", "marking-definition--4e4e3b84-de45-53df-9d9b-b21207699fd8"},
}}};

}  // namespace

std::optional<Pap> parse_pap(std::string_view text) { return pap_scale.named(text); }

std::string_view name_of(Pap pap) { return pap_scale.of(pap).name; }

std::string_view marking_id(Pap pap) { return pap_scale.of(pap).id; }

std::optional<Pap> pap_of_marking(std::string_view id) { return pap_scale.with_id(id); }

}  // namespace stix
