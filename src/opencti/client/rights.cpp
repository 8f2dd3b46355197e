#include "opencti/client/rights.hpp"

#include <algorithm>

#include "opencti/operations.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

std::optional<int> confidence_in(const json& level) {
  const auto& value = text::member(level, "max_confidence");
  if (!value.is_number_integer()) return std::nullopt;
  return std::clamp(value.get<int>(), 0, 100);
}

TokenUser user_in(const json& data) {
  const auto& me = text::member(data, "me");
  TokenUser user;
  user.name = text::text_at(me, "name");
  for (const auto& capability : text::member(me, "capabilities")) {
    user.capabilities.push_back(text::text_at(capability, "name"));
  }
  if (const auto& markings = text::member(me, "allowed_marking"); markings.is_array()) {
    user.markings.emplace();
    for (const auto& marking : markings) {
      user.markings->push_back(text::text_at(marking, "definition"));
    }
  }
  const auto& level = text::member(me, "effective_confidence_level");
  user.max_confidence = confidence_in(level);
  for (const auto& other : text::member(level, "overrides")) {
    const auto confidence = confidence_in(other);
    if (confidence) user.max_confidence_of[text::text_at(other, "entity_type")] = *confidence;
  }
  const auto& organisation = text::member(text::member(data, "settings"), "platform_organization");
  user.platform_organisation = text::text_at(organisation, "name");
  return user;
}

/// The strictest level among the markings that begin with the prefix; nothing if there is none.
template <typename Level>
std::optional<Level> strictest(const std::optional<std::vector<std::string>>& markings,
                               std::string_view prefix,
                               std::optional<Level> (*parse)(std::string_view)) {
  std::optional<Level> found;
  if (!markings) return found;
  for (const auto& marking : *markings) {
    if (!marking.starts_with(prefix)) continue;
    const auto level = parse(marking);
    if (level && (!found || *level > *found)) found = level;
  }
  return found;
}

}  // namespace

bool TokenUser::may(std::string_view capability) const {
  return bypasses() || std::any_of(capabilities.begin(), capabilities.end(), [&](const auto& own) {
           return own.find(capability) != std::string::npos;
         });
}

bool TokenUser::bypasses() const {
  return std::find(capabilities.begin(), capabilities.end(), "BYPASS") != capabilities.end();
}

std::vector<NeededRight> TokenUser::lacking(const std::vector<NeededRight>& rights) const {
  std::vector<NeededRight> missing;
  std::copy_if(rights.begin(), rights.end(), std::back_inserter(missing),
               [&](const auto& right) { return !may(right.capability); });
  return missing;
}

std::optional<stix::Tlp> TokenUser::max_tlp() const {
  if (bypasses()) return stix::Tlp::red;
  return strictest(markings, "TLP:", stix::parse_tlp);
}

std::optional<stix::Pap> TokenUser::max_pap() const {
  if (bypasses()) return stix::Pap::red;
  return strictest(markings, "PAP:", stix::parse_pap);
}

std::optional<int> TokenUser::confidence_for(std::string_view entity_type) const {
  const auto found = max_confidence_of.find(entity_type);
  return found == max_confidence_of.end() ? max_confidence : found->second;
}

Result<TokenUser> read_own_user(const GraphqlClient& client, const net::Deadline& deadline) {
  auto answer = client.send_once(operations::read_me, json::object(), {}, deadline);
  if (!answer && answer.error().kind == ErrorKind::not_understood) {
    answer = client.send_once(operations::read_me_rights, json::object(), {}, deadline);
  }
  if (!answer) return tl::unexpected(answer.error());
  if (!text::member(answer->data, "me").is_object()) {
    return failure(ErrorKind::malformed, "the platform does not report the token's user");
  }
  return user_in(answer->data);
}

}  // namespace opencti
