#include "mapping/bundle_rules.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include "stix/normalization.hpp"

namespace mapping {
namespace {

using nlohmann::json;

/// The names of a STIX type in OpenCTI. The only locations in answers are countries.
std::string opencti_name(std::string_view type) {
  static const std::map<std::string_view, std::string> names{
      {"file", "StixFile"},
      {"artifact", "Artifact"},
      {"ipv4-addr", "IPv4-Addr"},
      {"ipv6-addr", "IPv6-Addr"},
      {"domain-name", "Domain-Name"},
      {"hostname", "Hostname"},
      {"url", "Url"},
      {"autonomous-system", "Autonomous-System"},
      {"indicator", "Indicator"},
      {"location", "Country"},
      {"identity", "Sector"},
      {"organization", "Organization"}};
  const auto found = names.find(type);
  return found == names.end() ? std::string(type) : found->second;
}

using Rows = std::set<std::tuple<std::string, std::string, std::string>>;

Rows read_matrix() {
  Rows rows;
  std::ifstream in(SOURCE_DIR "/tests/mapping/relationship_matrix.tsv");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    const auto first = line.find('\t');
    const auto second = line.find('\t', first + 1);
    rows.emplace(line.substr(0, first), line.substr(first + 1, second - first - 1),
                 line.substr(second + 1));
  }
  if (rows.empty()) throw std::runtime_error("relationship_matrix.tsv cannot be read");
  return rows;
}

const Rows& matrix() {
  static const auto rows = read_matrix();
  return rows;
}

class Judge final {
 public:
  Judge(const std::vector<json>& objects, const std::vector<std::string>& known)
      : objects_(objects), known_(known.begin(), known.end()) {}

  std::vector<std::string> judge() {
    for (const auto& object : objects_) {
      const auto id = object.value("id", std::string());
      if (id.empty()) broken_.push_back("an object without an id");
      const bool organization = object.value("identity_class", "") == "organization";
      if (!types_.emplace(id, organization ? "organization" : object.value("type", "")).second) {
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
    // The platform would trim the text after it has compared it with the stored one.
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
    if (!platform_accepts(source, type, target)) {
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

bool platform_accepts(std::string_view source, std::string_view relationship,
                      std::string_view target) {
  if (relationship == "related-to") return true;
  const auto from = opencti_name(source);
  const auto to = opencti_name(target);
  const std::string type(relationship);
  const bool observable =
      to != "Indicator" && to != "Country" && to != "Sector" && to != "Organization";
  return matrix().contains({from, type, to}) ||
         (observable && matrix().contains({from, type, "Stix-Cyber-Observable"}));
}

std::set<std::string> platform_relationships() {
  std::set<std::string> names{"related-to"};
  for (const auto& [source, relationship, target] : matrix()) names.insert(relationship);
  return names;
}

std::vector<std::string> broken_rules(const std::vector<json>& objects,
                                      const std::vector<std::string>& known) {
  return Judge(objects, known).judge();
}

}  // namespace mapping
