// Checks that docs/mapping.md describes the code: each field is removed from the full samples, and
// the difference in the bundle must be what its row describes.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "enrichment/author.hpp"
#include "enrichment/convert.hpp"
#include "kaspersky/answer.hpp"
#include "kaspersky/facts.hpp"
#include "kaspersky/related.hpp"
#include "kaspersky/sections.hpp"
#include "opencti/in/observable.hpp"
#include "support/samples.hpp"

namespace mapping {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using Words = std::set<std::string>;

/// The columns of a row, without the first one and the example.
struct Row {
  Words becomes;
  Words relationships;
  Words markings;

  bool operator==(const Row&) const = default;
  void add(const Row& other) {
    becomes.insert(other.becomes.begin(), other.becomes.end());
    relationships.insert(other.relationships.begin(), other.relationships.end());
    markings.insert(other.markings.begin(), other.markings.end());
  }
};

std::string joined(const Words& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "-" : out;
}

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << joined(row.becomes) << " | " << joined(row.relationships) << " | "
             << joined(row.markings);
}

Words words_of(const std::string& cell) {
  static const std::regex separator(", ");
  Words words(std::sregex_token_iterator(cell.begin(), cell.end(), separator, -1), {});
  words.erase("-");
  return words;
}

/// `` `FileGeneralInfo.Md5`, `.Sha1` `` names two fields of one section.
std::vector<std::string> fields_of(const std::string& cell) {
  static const std::regex name("`([^`]+)`");
  std::vector<std::string> fields;
  std::string section;
  for (std::sregex_iterator at(cell.begin(), cell.end(), name), end; at != end; ++at) {
    const auto written = (*at)[1].str();
    if (!written.starts_with('.')) section = written.substr(0, written.find('.'));
    fields.push_back(written.starts_with('.') ? section + written : written);
  }
  if (fields.empty()) fields.emplace_back("-");
  return fields;
}

/// The rows of all tables with these five columns. `-` in the first column stands for what no
/// single field causes.
std::multimap<std::string, Row> documented() {
  static const std::regex separator(R"( \| )");
  std::istringstream text(support::text_of(SOURCE_DIR "/docs/mapping.md"));
  std::multimap<std::string, Row> all;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("| ")) continue;
    const std::vector<std::string> cells(
        std::sregex_token_iterator(line.begin() + 2, line.end() - 2, separator, -1), {});
    if (cells.size() != 5 || cells[1] == "---" || cells[1] == "becomes") continue;
    const Row columns{words_of(cells[1]), words_of(cells[2]), words_of(cells[3])};
    for (const auto& field : fields_of(cells[0])) all.emplace(field, columns);
  }
  return all;
}

/// OpenCTI's name of an object's type; of a note, the beginning of its abstract.
std::string kind_of(const json& object) {
  static const std::map<std::string, std::string> names{
      {"file", "StixFile"},           {"url", "Url"},
      {"domain-name", "Domain-Name"}, {"ipv4-addr", "IPv4-Addr"},
      {"ipv6-addr", "IPv6-Addr"},     {"autonomous-system", "Autonomous-System"},
      {"location", "Country"},        {"indicator", "Indicator"}};
  const auto type = object["type"].get<std::string>();
  if (type == "note") {
    const auto abstract = object["abstract"].get<std::string>();
    return "note " + abstract.substr(0, abstract.find(':'));
  }
  if (type == "identity") return object["identity_class"] == "class" ? "Sector" : "Organization";
  return names.at(type);
}

/// One kind of lookup: the observable of the full sample, and conversions of changed answers.
class Probe final {
 public:
  /// @param hash the only hash that the file keeps; if empty, it keeps all hashes of the sample
  explicit Probe(const std::string& folder, const std::string& hash = {})
      : answer(json::parse(support::sample(folder + "/full"))),
        observable_(opencti::read_observable(json::parse(
            support::text_of(SOURCE_DIR "/samples/" + folder + "/full/observable.platform.json")))),
        question_(*enrichment::question_about(only(hash, observable_), true)) {
    options_.scores = {{kaspersky::Zone::red, 100},
                       {kaspersky::Zone::orange, 80},
                       {kaspersky::Zone::yellow, 60},
                       {kaspersky::Zone::grey, 20},
                       {kaspersky::Zone::green, 0}};
  }

  std::map<std::string, json> objects_of(const json& document, bool indicators = false) {
    const auto read = kaspersky::read_answer(document).value();
    if (indicators) options_.indicators_for = {kaspersky::Zone::red};
    const auto made = enrichment::convert(read, observable_, question_, options_,
                                          {{}, "2026-11-24T00:00:00.000Z"});
    std::map<std::string, json> objects;
    if (!made) return objects;
    objects[observable_.id] = opencti::lean_object(observable_, made->update);
    for (const auto& object : made->objects) objects[object["id"]] = object;
    // Every bundle with other objects has the author.
    if (!indicators) objects.erase(enrichment::author_id());
    return objects;
  }

  [[nodiscard]] Row difference(const std::map<std::string, json>& before,
                               const std::map<std::string, json>& after) const {
    Row row;
    for (const auto& [id, object] : before) {
      const auto other = after.find(id);
      if (other == after.end()) {
        tell(object, nullptr, row);
      } else if (other->second != object) {
        tell(object, other->second, row);
      }
    }
    for (const auto& [id, object] : after) {
      if (!before.contains(id)) tell(object, nullptr, row);
    }
    return row;
  }

  json answer;

 private:
  static const stix::Observable& only(const std::string& hash, stix::Observable& observable) {
    if (!hash.empty()) {
      std::erase_if(observable.hashes, [&](const auto& known) { return known.first != hash; });
    }
    return observable;
  }

  /// @param other the same object in the other bundle, or null
  void tell(const json& object, const json& other, Row& row) const {
    const bool own = object["id"] == observable_.id;
    row.markings.insert(own                                      ? "its own"
                        : object.contains("object_marking_refs") ? "TLP:AMBER"
                                                                 : "none");
    if (!own && object["type"] == "relationship" && other.is_null()) {
      const bool outward = object["source_ref"] == observable_.id;
      row.relationships.insert("`" + object["relationship_type"].get<std::string>() + "` " +
                               (outward ? "→" : "←"));
      return;
    }
    if (!own && (other.is_null() || object["type"] == "note")) {
      row.becomes.insert(kind_of(object));
      return;
    }
    auto both = object;
    if (other.is_object()) both.update(other);
    const bool bare = own || object["type"] == "relationship";
    for (const auto& [key, value] : both.items()) {
      if (object.value(key, json()) == (other.is_null() ? json() : other.value(key, json())))
        continue;
      row.becomes.insert((bare ? "" : kind_of(object) + " ") + "`" + key + "`");
    }
  }

  stix::Observable observable_;
  enrichment::Question question_;
  enrichment::Options options_;
};

/// The full samples, plus other forms of some values.
std::vector<Probe> probes() {
  std::vector<Probe> all;
  for (const auto* folder : {"ip", "domain", "url"}) all.emplace_back(folder);
  for (const auto* hash : {"MD5", "SHA-1"}) all.emplace_back("file", hash);
  for (auto& probe : all) {
    auto& answer = probe.answer;
    answer["Zone"] = "Red";
    for (auto& [name, section] : answer.items()) {
      if (!name.ends_with("GeneralInfo")) continue;
      section["Categories"] = {"CATEGORY_ONE"};
      section["CategoriesWithZone"] = {{{"Name", "CATEGORY_TWO"}, {"Zone", "Red"}},
                                       {{"Name", "CATEGORY_THREE"}, {"Zone", "Grey"}}};
    }
    if (answer.contains("IpWhoIs")) {
      answer["IpWhoIs"]["Contacts"].push_back({{"Role", "abuse"}, {"Fax", "1"}});
    }
    if (!answer.contains("FileGeneralInfo")) continue;
    answer["FileGeneralInfo"]["FileStatus"] = "Malware";
    answer["FileNames"].push_back({{"FileName", "other.exe"}, {"HitsCount", 7}});
    answer["FilePaths"].push_back({{"Path", "other"}, {"HitsCount", 7}});
    for (const auto* section : {"FileStartedBy", "FileDownloadedBy"}) {
      answer[section][0]["DetectionName"] = "Trojan";
    }
  }
  return all;
}

void find_fields(const json& value, const std::string& path, Words& found) {
  if (value.is_array()) {
    for (const auto& row : value) find_fields(row, path, found);
  } else if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      find_fields(member, path.empty() ? key : path + "." + key, found);
    }
    return;
  }
  if (!value.is_array() || value.empty()) found.insert(path);
}

/// The document without one field, in every row.
json without(json value, const std::string& path) {
  if (value.is_array()) {
    for (auto& row : value) row = without(row, path);
  }
  if (!value.is_object()) return value;
  const auto dot = path.find('.');
  const auto key = path.substr(0, dot);
  if (dot == std::string::npos) {
    value.erase(key);
  } else if (value.contains(key)) {
    value[key] = without(value[key], path.substr(dot + 1));
  }
  return value;
}

/// The effect of each field; fields without an effect are left out.
std::map<std::string, Row> coded() {
  std::map<std::string, Row> all;
  for (auto& probe : probes()) {
    for (const auto& [name, section] : probe.answer.items()) {
      // One section at a time, because another section may name the same object.
      json answer{{"Zone", "Red"}};
      answer[name] = section;
      const auto whole = probe.objects_of(answer);
      Words fields;
      find_fields(section, name, fields);
      for (const auto& field : fields) {
        const auto row = probe.difference(whole, probe.objects_of(without(answer, field)));
        if (row != Row{}) all[field].add(row);
      }
    }
  }
  return all;
}

TEST(MappingDocument, DescribesEachFieldAsTheCodeMapsIt) {
  const auto rows = documented();
  for (const auto& [field, row] : coded()) {
    EXPECT_EQ(rows.count(field), 1U) << "| `" << field << "` | " << row << " |";
    if (rows.count(field) != 1) continue;
    EXPECT_EQ(rows.find(field)->second, row) << field;
  }
}

TEST(MappingDocument, HasNoRowWithoutCode) {
  // Fields that are read, but create no object: they are checked or logged.
  const Words aside{"-", "IpGeneralInfo.Ip", "UrlGeneralInfo.Url", "LicenseInfo.DayRequests",
                    "LicenseInfo.DayQuota"};
  const auto used = coded();
  const auto rows = documented();
  for (const auto& [field, row] : rows) {
    EXPECT_TRUE(used.contains(field) || aside.contains(field)) << field;
  }
  for (const auto& field : aside) EXPECT_TRUE(rows.contains(field)) << field;
}

TEST(MappingDocument, ListsTheObjectsWithoutAFieldOfTheirOwn) {
  Row expected;
  for (auto& probe : probes()) {
    const json zone{{"Zone", "Red"}};
    const auto made = probe.objects_of(zone, true);
    auto row = probe.difference(made, {});
    for (const auto* key : {"`x_opencti_score`", "`labels`"}) row.becomes.erase(key);
    expected.add(row);
  }
  // Properties that identify the object.
  for (const auto* key : {"`id`", "`type`", "`spec_version`", "`value`", "`hashes`", "`name`",
                          "`object_marking_refs`"}) {
    expected.becomes.erase(key);
  }
  Row row;
  for (const auto& [field, columns] : documented()) {
    if (field == "-") row.add(columns);
  }
  EXPECT_EQ(row, expected);
}

TEST(MappingDocument, EveryFieldThatMakesAFactOrAnObjectIsTried) {
  Words tried;
  for (const auto& probe : probes()) find_fields(probe.answer, "", tried);
  const auto is_tried = [&](std::string_view section, std::string_view field) {
    return std::any_of(tried.begin(), tried.end(), [&](const std::string& path) {
      return path.starts_with(std::string(section) + ".") &&
             path.ends_with("." + std::string(field));
    });
  };
  for (const auto& [section, field] : kaspersky::fact_fields()) {
    EXPECT_TRUE(is_tried(section, field)) << section << '.' << field;
  }
  for (const auto& field : kaspersky::related_fields()) {
    EXPECT_TRUE(is_tried(field.section, field.field)) << field.section << '.' << field.field;
  }
}

TEST(MappingDocument, CoversEverySectionThatCanBeRequested) {
  using enum kaspersky::ObjectKind;
  const auto text = support::text_of(SOURCE_DIR "/docs/mapping.md");
  for (const auto kind : {hash, ip, domain, url}) {
    for (const auto section : kaspersky::known_sections(kind)) {
      EXPECT_THAT(text, HasSubstr("`" + std::string(section))) << section;
    }
  }
}

}  // namespace
}  // namespace mapping
