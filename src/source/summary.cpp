#include "source/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string_view>
#include <utility>

#include "source/source.hpp"
#include "text/json.hpp"
#include "text/number.hpp"

namespace source {
namespace {

using nlohmann::json;

/// Scores are 0 to 100; high ones are bad.
Tone tone_of(int score) {
  constexpr int bad = 75;
  constexpr int suspicious = 50;
  constexpr int unwanted = 20;
  if (score > bad) return Tone::bad;
  if (score > suspicious) return Tone::suspicious;
  return score > unwanted ? Tone::unwanted : Tone::good;
}

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string name_of(const json& object) {
  for (const auto* key : {"name", "value", "abstract", "content"}) {
    if (auto text = text::text_at(object, key); !text.empty()) return text;
  }
  for (const auto& hash : text::member(object, "hashes")) {
    if (hash.is_string()) return hash.get<std::string>();
  }
  const auto& number = text::member(object, "number");
  return number.is_number_integer() ? fmt::format("AS{}", number.get<std::int64_t>())
                                    : text::text_at(object, "id");
}

/// Relationship types, by the id of either end.
std::map<std::string, std::string> relations_in(const Enrichment& enrichment) {
  std::map<std::string, std::string> relations;
  for (const auto& object : enrichment.objects) {
    if (text::text_at(object, "type") != "relationship") continue;
    for (const auto* end : {"source_ref", "target_ref"}) {
      relations.emplace(text::text_at(object, end), text::text_at(object, "relationship_type"));
    }
  }
  return relations;
}

Summary::Table objects_in(const Enrichment& enrichment) {
  const auto relations = relations_in(enrichment);
  Summary::Table table;
  for (const auto& object : enrichment.objects) {
    const auto id = text::text_at(object, "id");
    const auto type = text::text_at(object, "type");
    const bool shown =
        type != "relationship" && type != "marking-definition" && id != enrichment.author_id;
    if (!shown) continue;
    const auto relation = relations.find(id);
    table.rows.push_back(
        {.cells = {name_of(object), type, relation == relations.end() ? "" : relation->second}});
  }
  table.title = fmt::format("Objects ({})", table.rows.size());
  return table;
}

}  // namespace

std::vector<Summary::Field> fields_of_update(const Verdict& verdict) {
  std::vector<Summary::Field> fields;
  if (!verdict.enrichment) return fields;
  const auto& update = verdict.enrichment->update;
  fields.push_back({"Labels", joined(update.labels)});
  for (const auto& [name, hash] : update.hashes) fields.push_back({name, hash});
  if (update.size) fields.push_back({"Size", text::grouped(*update.size) + " bytes"});
  fields.push_back({"Names", joined(update.additional_names)});
  return fields;
}

Summary summary_of(const Verdict& verdict) {
  Summary summary{.rating = verdict.rating, .remark = verdict.text};
  Summary::Table general{.fields = fields_of_update(verdict)};
  if (!verdict.enrichment) {
    summary.meaning = verdict.text;
    return summary;
  }
  const auto& update = verdict.enrichment->update;
  summary.score = update.score;
  if (update.score) summary.tone = tone_of(*update.score);
  if (!update.labels.empty()) summary.remark = joined(update.labels);
  if (summary.rating.empty() && !summary.score) {
    summary.meaning = verdict.text;
  } else {
    general.fields.insert(general.fields.begin(), {"Answer", verdict.text});
  }
  for (const auto& reference : update.external_references) {
    const auto url = text::text_at(reference, "url");
    if (summary.link.empty()) {
      summary.link = url;
    } else {
      general.fields.push_back({text::text_at(reference, "source_name"), url});
    }
  }
  summary.tables.push_back(std::move(general));
  if (auto objects = objects_in(*verdict.enrichment); !objects.rows.empty()) {
    summary.tables.push_back(std::move(objects));
  }
  return summary;
}

}  // namespace source
