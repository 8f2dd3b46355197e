#include "stix/stored_form.hpp"

#include <gmock/gmock.h>

#include "stix/ids.hpp"

namespace stix {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(StoredForm, TrimsTextsWhereverTheyAre) {
  const json sent{{"content", "\ufeffline\n\nline\n"},
                  {"hashes", {{"MD5", " a\t"}}},
                  {"names", {"\u00a0x ", "y"}},
                  {"references", {{{"url", "\u2028http://a.example/ "}}}},
                  {"score", 0},
                  {"flag", false}};
  const json stored{{"content", "line\n\nline"},
                    {"hashes", {{"MD5", "a"}}},
                    {"names", {"x", "y"}},
                    {"references", {{{"url", "http://a.example/"}}}},
                    {"score", 0},
                    {"flag", false}};
  EXPECT_EQ(stored_form(sent), stored);
  EXPECT_EQ(stored_form(stored), stored);
}

TEST(StoredForm, LeavesOutTextsThatAreEmptyThen) {
  EXPECT_EQ(stored_form(json{{"a", " "}, {"b", {" ", ""}}, {"c", {{"d", "\n"}}}, {"e", "e"}}),
            (json{{"e", "e"}}));
}

TEST(StoredForm, OfTextsHasEachOnce) {
  EXPECT_THAT(stored_form(std::vector<std::string>{"b ", " ", "a", "\ufeffb", "", "a"}),
              ElementsAre("b", "a"));
}

TEST(StoredForm, OfAnUpdateTrimsAllOfIt) {
  ObservableUpdate update;
  update.score = 0;
  update.hashes = {{"MD5", " a "}, {"SHA-1", " "}};
  update.additional_names = {"   ", "x\ufeff", "x"};
  update.labels = {" l", "l"};
  update.external_references = {{{"source_name", "s "}, {"url", " u"}}, {{"url", " "}}};
  const auto stored = stored_form(update);
  EXPECT_EQ(stored.score, 0);
  EXPECT_EQ(stored.hashes, (Hashes{{"MD5", "a"}}));
  EXPECT_THAT(stored.additional_names, ElementsAre("x"));
  EXPECT_THAT(stored.labels, ElementsAre("l"));
  EXPECT_THAT(stored.external_references, ElementsAre(json{{"source_name", "s"}, {"url", "u"}}));
}

TEST(StoredForm, IsTheBasisOfIds) {
  EXPECT_EQ(value_id("url", " http://a.example/\n"), value_id("url", "http://a.example/"));
  EXPECT_EQ(deterministic_id("indicator", {{"pattern", " p\ufeff"}}),
            deterministic_id("indicator", {{"pattern", "p"}}));
  EXPECT_EQ(file_id({}, "a.exe "), file_id({}, "a.exe"));
  EXPECT_EQ(external_reference_id("\u00a0u"), external_reference_id("u"));
}

}  // namespace
}  // namespace stix
