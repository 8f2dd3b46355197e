#include "source/fit_to_platform.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "stix/ids.hpp"
#include "text/json.hpp"

namespace source {
namespace {

using nlohmann::json;

/// Kinds of objects that are looked up. Notes and relationships have the source's own ids.
enum class Kind { other, observable, autonomous_system, indicator, shared };

Kind kind_of(const json& object, const Enrichment& enrichment) {
  constexpr auto observables = std::to_array<std::string_view>(
      {"file", "url", "domain-name", "hostname", "ipv4-addr", "ipv6-addr"});
  const auto type = text::text_at(object, "type");
  if (std::find(observables.begin(), observables.end(), type) != observables.end()) {
    return Kind::observable;
  }
  if (type == "autonomous-system") return Kind::autonomous_system;
  if (type == "indicator") return Kind::indicator;
  const bool is_author = text::text_at(object, "id") == enrichment.author_id;
  if (type == "location" || (type == "identity" && !is_author)) return Kind::shared;
  return Kind::other;
}

/// The ids by which the platform may have the object, the preferred id first.
std::vector<std::string> ids_of(const json& object, const Enrichment& enrichment) {
  auto id = text::text_at(object, "id");
  if (const auto named = enrichment.alternative_ids.find(id);
      named != enrichment.alternative_ids.end()) {
    return named->second;
  }
  return {std::move(id)};
}

/// Maps ids at the ends of relationships to new ids; an empty id removes the relationship.
using Moves = std::unordered_map<std::string, std::string>;

bool move(json& relationship, const Moves& moves) {
  const auto end = [&](const char* key) {
    auto id = text::text_at(relationship, key);
    const auto moved = moves.find(id);
    return moved == moves.end() ? id : moved->second;
  };
  const auto source = end("source_ref");
  const auto target = end("target_ref");
  if (source.empty() || target.empty()) return false;
  if (source == text::text_at(relationship, "source_ref") &&
      target == text::text_at(relationship, "target_ref")) {
    return true;
  }
  relationship["id"] =
      stix::relationship_id(text::text_at(relationship, "relationship_type"), source, target);
  relationship["source_ref"] = source;
  relationship["target_ref"] = target;
  return true;
}

/// Sends the existing markings: if the object is deleted meanwhile, it must not be created again
/// without them.
void keep_markings(json& object, const stix::PresentObject& existing) {
  object.erase("object_marking_refs");
  if (!existing.marking_refs.empty()) object["object_marking_refs"] = existing.marking_refs;
}

/// Whether anything is left to send.
bool keep_what_is_new(json& object, const stix::PresentObject& existing, ScorePolicy policy) {
  object.erase("x_opencti_created_by_ref");
  keep_markings(object, existing);
  bool news = false;
  if (const auto score = object.find("x_opencti_score"); score != object.end()) {
    const auto chosen = chosen_score(score->get<int>(), existing.score, policy);
    if (chosen && chosen != existing.score) {
      *score = *chosen;
      news = true;
    } else {
      object.erase(score);
    }
  }
  if (const auto names = object.find("x_opencti_additional_names"); names != object.end()) {
    std::erase_if(names->get_ref<json::array_t&>(), [&](const json& name) {
      return std::find(existing.names.begin(), existing.names.end(), name.get<std::string>()) !=
             existing.names.end();
    });
    if (names->empty()) {
      object.erase(names);
    } else {
      news = true;
    }
  }
  return news;
}

/// The first of the object's ids that the platform has; null when it has none of them.
/// @param unknown set if one of the ids before that could not be queried
const stix::PresentObject* found(const std::vector<std::string>& ids, const Present& present,
                                 bool& unknown) {
  for (const auto& id : ids) {
    const auto asked = present.find(id);
    if (asked == present.end()) {
      unknown = true;
    } else if (asked->second) {
      unknown = false;
      return asked->second.get();
    }
  }
  return nullptr;
}

/// Decides for each object whether it stays.
class Fitting final {
 public:
  Fitting(const Enrichment& enrichment, const Present& present, ScorePolicy policy)
      : enrichment_(enrichment), present_(present), policy_(policy) {}

  bool stays(json& object) {
    const auto kind = kind_of(object, enrichment_);
    if (kind == Kind::other) return true;
    bool unknown = false;
    const auto* existing = found(ids_of(object, enrichment_), present_, unknown);
    if (unknown) return leave_out(object, kind);
    if (existing == nullptr || fits(object, kind, *existing)) return true;
    ++already_present_[text::text_at(object, "type")];
    return false;
  }

  [[nodiscard]] const Moves& moves() const { return moves_; }
  [[nodiscard]] const LeftOut& left_out() const { return left_out_; }
  [[nodiscard]] std::map<std::string, std::size_t> take_already_present() {
    return std::move(already_present_);
  }

 private:
  bool leave_out(const json& object, Kind kind) {
    moves_[text::text_at(object, "id")] = "";
    ++(kind == Kind::shared ? left_out_.shared : left_out_.related);
    return false;
  }

  bool fits(json& object, Kind kind, const stix::PresentObject& existing) {
    switch (kind) {
      case Kind::observable:
        return keep_what_is_new(object, existing, policy_);
      case Kind::autonomous_system:
        object.erase("x_opencti_created_by_ref");
        return existing.names.empty() && object.contains("name");
      case Kind::indicator:
        if (existing.author_ref != enrichment_.author_id) return false;
        keep_markings(object, existing);
        return true;
      case Kind::shared:
        moves_[text::text_at(object, "id")] = existing.standard_id;
        return false;
      case Kind::other:
        break;
    }
    return true;
  }

  const Enrichment& enrichment_;
  const Present& present_;
  ScorePolicy policy_;
  Moves moves_;
  LeftOut left_out_;
  std::map<std::string, std::size_t> already_present_;
};

}  // namespace

std::vector<std::string> ids_to_query(const Enrichment& enrichment) {
  std::vector<std::string> ids;
  std::unordered_set<std::string> seen;
  for (const auto& object : enrichment.objects) {
    if (kind_of(object, enrichment) == Kind::other) continue;
    for (auto& id : ids_of(object, enrichment)) {
      if (seen.insert(id).second) ids.push_back(std::move(id));
    }
  }
  return ids;
}

LeftOut fit_to_platform(Enrichment& enrichment, const Present& present, ScorePolicy policy) {
  Fitting fitting(enrichment, present, policy);
  std::vector<json> fitted;
  fitted.reserve(enrichment.objects.size());
  for (auto& object : enrichment.objects) {
    if (fitting.stays(object)) fitted.push_back(std::move(object));
  }
  enrichment.objects.clear();
  // Two names may mean one sector, which then gets one relationship.
  std::unordered_set<std::string> moved;
  for (auto& object : fitted) {
    const bool related = text::text_at(object, "type") == "relationship";
    if (related && !fitting.moves().empty()) {
      if (!move(object, fitting.moves())) continue;
      if (!moved.insert(text::text_at(object, "id")).second) continue;
    }
    enrichment.objects.push_back(std::move(object));
  }
  enrichment.already_present = fitting.take_already_present();
  return fitting.left_out();
}

}  // namespace source
