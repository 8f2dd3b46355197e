#include "commands/user_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/options.hpp"
#include "opencti/client/version.hpp"
#include "stix/tlp.hpp"

namespace commands {
namespace {

using State = CheckResult::State;

constexpr int full_confidence = 100;

std::string_view name_of(opencti::Need need) {
  return need == opencti::Need::necessary ? "necessary" : "useful";
}

CheckLine line_of(const opencti::NeededRight& right, bool present) {
  if (present) {
    return {"right",
            {State::ok,
             fmt::format("{} ({}): to {}", right.capability, name_of(right.need), right.purpose)}};
  }
  return {"right",
          {right.need == opencti::Need::necessary ? State::failed : State::warning,
           fmt::format("{} ({}, to {}) is missing: {}; {}", right.capability, name_of(right.need),
                       right.purpose, right.without, opencti::how_to_give(right))}};
}

/// What the user's markings cover of one setting, or what is missing.
template <typename Level>
CheckResult coverage(std::optional<Level> max, Level limit, std::string_view setting,
                     std::string_view kind) {
  const auto sees = max ? fmt::format("may see up to {}", stix::name_of(*max))
                        : fmt::format("may see only objects without {}", kind);
  if (max && *max >= limit) {
    return {State::ok,
            fmt::format("{}, which covers {} ({})", sees, setting, stix::name_of(limit))};
  }
  return {State::warning,
          fmt::format("{}, and {} is {}: objects with stricter markings cannot be read or "
                      "enriched, and newer platforms send no automatic requests for them",
                      sees, setting, stix::name_of(limit))};
}

CheckLine markings_line(const source::Product& product, const settings::Settings& settings,
                        const opencti::TokenUser& user) {
  const std::string name = "markings";
  if (!user.markings && !user.bypasses()) {
    return {name,
            {State::skipped, "this platform does not report which markings the user may see"}};
  }
  const auto max = user.max_tlp();
  const auto tlp = coverage(max, settings.connector.max_tlp, "CONNECTOR_MAX_TLP", "a TLP");
  // Many platforms use no PAP.
  const auto pap = user.max_pap() ? coverage(user.max_pap(), settings.policies.max_pap,
                                             source::setting(product, "MAX_PAP"), "a PAP")
                                  : CheckResult{State::ok, "may see only objects without a PAP"};
  auto text = fmt::format("{}; {}", tlp.text, pap.text);
  if (tlp.state == State::ok && pap.state == State::ok) return {name, {State::ok, text}};
  if (!max || *max < stix::Tlp::amber) {
    text += "; results are marked TLP:AMBER, and the connector could not change them later";
  }
  return {
      name,
      {State::warning, text + "; allow the markings in the user's group, or set a lower limit"}};
}

CheckLine confidence_line(const opencti::TokenUser& user) {
  const std::string name = "confidence";
  if (!user.max_confidence) {
    return {name, {State::skipped, "this platform does not report the confidence of the user"}};
  }
  std::vector<std::string> others;
  others.reserve(user.max_confidence_of.size());
  for (const auto& [type, confidence] : user.max_confidence_of) {
    others.push_back(fmt::format("{} for {}", confidence, type));
  }
  const auto level = fmt::format("{}{}{}", *user.max_confidence, others.empty() ? "" : ", ",
                                 fmt::join(others, ", "));
  const bool full = *user.max_confidence == full_confidence &&
                    std::all_of(user.max_confidence_of.begin(), user.max_confidence_of.end(),
                                [](const auto& other) { return other.second == full_confidence; });
  if (full) return {name, {State::ok, level + ": overwrites values of other users"}};
  return {
      name,
      {State::ok, level + ": an object with a higher confidence keeps its score, hashes and names; "
                          "labels, references and empty fields are added"}};
}

CheckLine organisation_line(const opencti::TokenUser& user) {
  const std::string name = "sharing";
  if (user.platform_organisation.empty()) {
    return {name, {State::ok, "not needed: this platform has no platform organisation"}};
  }
  const auto divided =
      fmt::format("this platform separates data by organisation ({})", user.platform_organisation);
  if (user.may(opencti::needed::sharing.capability)) {
    return {name, {State::ok, divided + ": results are shared as the enriched object is"}};
  }
  return {name,
          {State::warning, divided + ": results of shared objects are not shared; see the right " +
                               std::string(opencti::needed::sharing.capability)}};
}

}  // namespace

std::vector<CheckLine> user_report(const source::Product& product,
                                   const settings::Settings& settings,
                                   const opencti::TokenUser& user) {
  std::vector<CheckLine> lines{
      {"token", {State::ok, fmt::format("belongs to the user {}", user.name)}}};
  for (const auto& right : app::used_rights(product, settings, user)) {
    lines.push_back(line_of(right, user.may(right.capability)));
  }
  lines.push_back(organisation_line(user));
  lines.push_back(markings_line(product, settings, user));
  lines.push_back(confidence_line(user));
  return lines;
}

CheckLine works_line(std::string_view version) {
  const auto shown = version.empty() ? std::string_view("an unknown version") : version;
  if (opencti::drops_overtaken_works(version)) {
    return {"works",
            {State::ok,
             fmt::format(
                 "{}: this platform closes a work when a later one is reported on, and drops the "
                 "rest of its result; so the connector publishes results in order",
                 shown)}};
  }
  return {"works",
          {State::ok, fmt::format("{}: this platform drops no results of closed works", shown)}};
}

CheckLine drafts_line(const opencti::Result<bool>& drafts) {
  const std::string name = "drafts";
  if (!drafts) {
    return {name,
            {State::skipped,
             "the platform did not say whether it has drafts: " + drafts.error().message}};
  }
  if (*drafts) return {name, {State::ok, "each result waits for validation in a draft of its own"}};
  return {name,
          {State::failed,
           "this platform has no drafts: results cannot wait in one; set "
           "CONNECTOR_VALIDATION_MODE=workbench"}};
}

}  // namespace commands
