// docs/mapping.md says what the code does.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "enrichment/related.hpp"
#include "kaspersky/related.hpp"
#include "kaspersky/sections.hpp"

namespace mapping {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

std::string document() {
  std::ifstream in(SOURCE_DIR "/docs/mapping.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string line_of(std::string_view section, std::string_view field, std::string_view relationship,
                    bool outward) {
  std::string line(section);
  line.append(".").append(field).append(" ").append(relationship);
  return line + (outward ? " →" : " ←");
}

std::vector<std::string> documented() {
  const std::regex row(R"(\| `(\w+)\.(\w+)` \| [^|]+ \| `([a-z-]+)` (→|←) \|[^|\n]*\|)");
  const auto text = document();
  std::vector<std::string> all;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    all.push_back(line_of((*at)[1].str(), (*at)[2].str(), (*at)[3].str(), (*at)[4] == "→"));
  }
  return all;
}

TEST(MappingDocument, HasARowForEachRelatedObjectAndNoOther) {
  std::vector<std::string> coded;
  for (const auto& mapping : enrichment::related_mappings()) {
    coded.push_back(line_of(mapping.section, mapping.field, mapping.relationship,
                            mapping.direction == enrichment::Direction::from_observable));
  }
  EXPECT_THAT(documented(), UnorderedElementsAreArray(coded));
}

TEST(MappingDocument, EachFieldThatIsReadHasOneMapping) {
  std::multiset<std::string> read;
  std::multiset<std::string> mapped;
  for (const auto& field : kaspersky::related_fields()) {
    read.insert(std::string(field.section) + "." + std::string(field.field));
  }
  for (const auto& mapping : enrichment::related_mappings()) {
    mapped.insert(std::string(mapping.section) + "." + std::string(mapping.field));
  }
  EXPECT_EQ(read, mapped);
}

TEST(MappingDocument, TellsOfEverySectionThatCanBeAskedFor) {
  using enum kaspersky::ObjectKind;
  const auto text = document();
  for (const auto kind : {hash, ip, domain, url}) {
    for (const auto section : kaspersky::known_sections(kind)) {
      EXPECT_THAT(text, HasSubstr("`" + std::string(section))) << section;
    }
  }
}

}  // namespace
}  // namespace mapping
