#include "opencti/client/sharing.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "opencti/in/observable.hpp"
#include "text/ascii.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

void unite(json& list, const std::vector<std::string>& more) {
  if (!list.is_array()) list = json::array();
  std::set<std::string> there;
  for (auto& id : text::texts(list)) there.insert(std::move(id));
  for (const auto& id : more) {
    if (!there.contains(id)) list.push_back(id);
  }
}

/// `identity--` and a UUID.
bool is_organisation(std::string_view id) {
  constexpr std::string_view prefix = "identity--";
  constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (!id.starts_with(prefix) || id.size() != prefix.size() + form.size()) return false;
  return std::equal(
      form.begin(), form.end(), id.begin() + prefix.size(), [](char expected, char c) {
        return expected == '-' ? c == '-' : text::hex_digits.find(c) != std::string_view::npos;
      });
}

std::vector<std::string> organisations_in(const json& list) {
  auto ids = text::texts(list);
  std::erase_if(ids, [](const auto& id) { return !is_organisation(id); });
  return ids;
}

/// The OpenCTI extension of an object, or nullptr.
template <class Json>
Json* opencti_extension_of(Json& object) {
  if (!object.is_object()) return nullptr;
  const auto extensions = object.find("extensions");
  if (extensions == object.end() || !extensions->is_object()) return nullptr;
  const auto found = extensions->find(opencti_extension);
  return found != extensions->end() && found->is_object() ? &*found : nullptr;
}

}  // namespace

void SharingWatch::use(const TokenUser& user) {
  lacks_right_ = !user.may(needed::sharing.capability);
  if (!lacks_right_) said_ = false;
}

void SharingWatch::shared(const telemetry::Log& log) {
  if (!lacks_right_ || said_.exchange(true)) return;
  log.warning("Results of shared objects are not shared: the connector's user lacks a right",
              {{"right", needed::sharing.capability},
               {"lost", needed::sharing.without},
               {"advice", how_to_give(needed::sharing)}});
}

std::vector<std::string> granted_refs(const json& object) {
  const auto* extension = opencti_extension_of(object);
  auto at_root = organisations_in(text::member(object, "x_opencti_granted_refs"));
  if (!at_root.empty() || extension == nullptr) return at_root;
  return organisations_in(text::member(*extension, "granted_refs"));
}

void share_with(std::vector<json>& objects, const std::vector<std::string>& organisations) {
  if (organisations.empty()) return;
  for (auto& object : objects) {
    if (auto* extension = opencti_extension_of(object)) {
      unite((*extension)["granted_refs"], organisations);
    } else if (object.is_object()) {
      unite(object["x_opencti_granted_refs"], organisations);
    }
  }
}

}  // namespace opencti
