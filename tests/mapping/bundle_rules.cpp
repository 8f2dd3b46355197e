#include "mapping/bundle_rules.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "stix/normalization.hpp"

namespace mapping {
namespace {

using nlohmann::json;

// The whole of the platform's table (opencti-graphql's database/stix.ts) between types of ours:
// written a second time here, so that a slip in the program is not one in its judge.
const std::set<std::tuple<std::string_view, std::string_view, std::string_view>> accepted{
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
    {"ipv4-addr", "derived-from", "ipv4-addr"},
    {"ipv6-addr", "located-at", "location"},
    {"ipv6-addr", "belongs-to", "autonomous-system"},
    {"ipv6-addr", "derived-from", "ipv6-addr"},
    {"domain-name", "resolves-to", "ipv4-addr"},
    {"domain-name", "resolves-to", "ipv6-addr"},
    {"domain-name", "resolves-to", "domain-name"},
    {"domain-name", "resolves-to", "hostname"},
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
};

class Judge final {
 public:
  Judge(const std::vector<json>& objects, const std::vector<std::string>& known)
      : objects_(objects), known_(known.begin(), known.end()) {}

  std::vector<std::string> judge() {
    for (const auto& object : objects_) {
      const auto id = object.value("id", std::string());
      if (id.empty()) broken_.push_back("an object without an id");
      if (!types_.emplace(id, object.value("type", std::string())).second) {
        broken_.push_back(fmt::format("{} comes twice", id));
      }
    }
    for (const auto& object : objects_) {
      check_text(object);
      check_values(object, object.value("id", std::string()));
      check_references(object);
      check_score(object);
      if (object.value("type", std::string()) == "relationship") check_relationship(object);
      check_shared(object);
    }
    return std::move(broken_);
  }

 private:
  void check_text(const json& object) {
    try {
      (void)object.dump();
    } catch (const json::exception&) {
      broken_.push_back(fmt::format("{} is not UTF-8", object.value("id", std::string())));
    }
  }

  void check_values(const json& value, const std::string& path) {
    if (value.is_null() || (value.is_structured() && value.empty()) ||
        (value.is_string() && value.get_ref<const std::string&>().empty())) {
      broken_.push_back(fmt::format("{} is empty", path));
    }
    // The platform would trim it after it has compared it with what is there.
    if (value.is_string() &&
        stix::trimmed(value.get_ref<const std::string&>()) != value.get_ref<const std::string&>()) {
      broken_.push_back(fmt::format("{} has outer blanks", path));
    }
    if (!value.is_structured()) return;
    for (const auto& [key, member] : value.items()) {
      check_values(member, fmt::format("{}.{}", path, key));
    }
  }

  void check_references(const json& object) {
    const auto check = [&](const json& reference) {
      const auto id = reference.get<std::string>();
      if (id.starts_with("marking-definition--") || types_.contains(id) || known_.contains(id)) {
        return;
      }
      broken_.push_back(fmt::format("{} refers to {}", object.value("id", std::string()), id));
    };
    for (const auto& [key, value] : object.items()) {
      if (key.ends_with("_ref")) check(value);
      if (key.ends_with("_refs")) {
        for (const auto& reference : value) check(reference);
      }
    }
  }

  void check_score(const json& object) {
    const auto score = object.find("x_opencti_score");
    if (score == object.end()) return;
    if (!score->is_number_integer() || score->get<int>() < 0 || score->get<int>() > 100) {
      broken_.push_back(
          fmt::format("{} has the score {}", object.value("id", std::string()), score->dump()));
    }
  }

  void check_relationship(const json& object) {
    const auto id = object.value("id", std::string());
    const auto type = object.value("relationship_type", std::string());
    const auto source = type_of(object.value("source_ref", std::string()));
    const auto target = type_of(object.value("target_ref", std::string()));
    if (type != "related-to" && !accepted.contains({source, type, target})) {
      broken_.push_back(fmt::format("{} is {} {} {}", id, source, type, target));
    }
    if (object.value("source_ref", "a") == object.value("target_ref", "b")) {
      broken_.push_back(fmt::format("{} relates an object to itself", id));
    }
    if (object.contains("start_time") != object.contains("stop_time")) {
      broken_.push_back(fmt::format("{} has one time only", id));
    }
    if (object.value("start_time", "") > object.value("stop_time", "")) {
      broken_.push_back(fmt::format("{} stops before it starts", id));
    }
  }

  void check_shared(const json& object) {
    const auto type = object.value("type", std::string());
    const bool shared = type == "identity" || type == "location" || type == "autonomous-system";
    if (shared && object.contains("object_marking_refs")) {
      broken_.push_back(fmt::format("{} is shared and marked", object.value("id", std::string())));
    }
  }

  [[nodiscard]] std::string type_of(const std::string& id) const {
    const auto found = types_.find(id);
    return found == types_.end() ? id.substr(0, id.find("--")) : found->second;
  }

  const std::vector<json>& objects_;
  const std::set<std::string> known_;
  std::map<std::string, std::string> types_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> broken_rules(const std::vector<json>& objects,
                                      const std::vector<std::string>& known) {
  return Judge(objects, known).judge();
}

}  // namespace mapping
