#include "settings/marking_kinds.hpp"

#include <nlohmann/json.hpp>

#include "configuration/text.hpp"

namespace settings {
namespace {

/// @param parse from text to a level
template <class Level, class Parse>
Kind level(const std::string& allowed, Put<Level> put, Parse parse) {
  Kind kind{.allowed = allowed};
  kind.read = [put = std::move(put), parse, problem = "must be " + kind.allowed](
                  std::string_view text, const Files& /*unused*/) -> Reading {
    const auto value = parse(configuration::trimmed(text));
    if (!value) return tl::unexpected(problem);
    put(*value);
    return Remarks{};
  };
  kind.strictness = [parse](std::string_view text) -> std::optional<configuration::Strictness> {
    const auto value = parse(configuration::trimmed(text));
    if (!value) return std::nullopt;
    return configuration::Strictness{.rank = static_cast<int>(*value),
                                     .name = std::string(stix::name_of(*value))};
  };
  return kind;
}

}  // namespace

Kind tlp_level(Put<stix::Tlp> put) {
  auto kind =
      level("one of TLP:CLEAR (or TLP:WHITE), TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED",
            std::move(put), [](std::string_view text) { return stix::parse_tlp(text); });
  kind.schema = []() -> nlohmann::json {
    return {{"type", "string"},
            {"enum",
             {"TLP:CLEAR", "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"}}};
  };
  return kind;
}

Kind pap_level(Put<stix::Pap> put) {
  auto kind = level("one of PAP:CLEAR (or PAP:WHITE), PAP:GREEN, PAP:AMBER, PAP:RED",
                    std::move(put), [](std::string_view text) { return stix::parse_pap(text); });
  kind.schema = []() -> nlohmann::json {
    return {{"type", "string"},
            {"enum", {"PAP:CLEAR", "PAP:WHITE", "PAP:GREEN", "PAP:AMBER", "PAP:RED"}}};
  };
  return kind;
}

}  // namespace settings
