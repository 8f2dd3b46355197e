#include "configuration/text.hpp"

#include <gmock/gmock.h>

namespace configuration {
namespace {

using testing::ElementsAre;

TEST(Split, TrimsThePartsAndLeavesOutEmptyOnes) {
  EXPECT_THAT(split(" a , b,,c ,", ','), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split(" , ", ','), ElementsAre());
}

TEST(Shown, EscapesCharactersThatCouldForgeALineOrATerminal) {
  EXPECT_EQ(shown("plain text"), "'plain text'");
  EXPECT_EQ(shown("a\nb\x1b[31m\xc2\x9b"), R"('a\x0ab\x1b[31m\xc2\x9b')");
}

TEST(Shown, CutsLongText) {
  EXPECT_EQ(shown(std::string(80, 'x')), "'" + std::string(80, 'x') + "'");
  EXPECT_EQ(shown(std::string(81, 'x')), "'" + std::string(80, 'x') + "…'");
}

TEST(PlainText, IsUtf8WithoutControlCharacters) {
  EXPECT_TRUE(is_plain_text("Обогащение"));
  EXPECT_FALSE(is_plain_text("a\tb"));
  EXPECT_FALSE(is_plain_text("\xff"));
}

TEST(Nearest, FindsTheNameThatWasMeant) {
  const std::vector<std::string> known{"KASPERSKY_API_KEY", "KASPERSKY_MAX_TLP"};
  EXPECT_EQ(nearest("KASPERSKY_APIKEY", known), "KASPERSKY_API_KEY");
  EXPECT_EQ(nearest("kaspersky_max_tpl", known), "KASPERSKY_MAX_TLP");
}

TEST(Nearest, DoesNotGuess) {
  EXPECT_EQ(nearest("SOMETHING_ELSE", {"KASPERSKY_API_KEY"}), "");
  // A common prefix is not a similarity.
  EXPECT_EQ(nearest("KASPERSKY_ENRICHMENT_FOO", {"KASPERSKY_ENRICHMENT_LABELS"}), "");
  EXPECT_EQ(nearest("CONNECTOR_XY", {"CONNECTOR_ID"}), "");
}

TEST(Nearest, CountsSwappedNeighboursAsOneDifference) {
  EXPECT_EQ(nearest_within(1, "OPENCIT_URL", {"OPENCTI_URL"}), "OPENCTI_URL");
  EXPECT_EQ(nearest_within(1, "OPENAI_TOKEN", {"OPENCTI_TOKEN"}), "");
}

TEST(ProbablyMeant, IsAlsoTheOnlyNameThatContainsIt) {
  const std::vector<std::string> types{"StixFile", "IPv4-Addr", "IPv6-Addr", "Domain-Name"};
  EXPECT_EQ(probably_meant("file", types), "StixFile");
  EXPECT_EQ(probably_meant("IPv4", types), "IPv4-Addr");
  EXPECT_EQ(probably_meant("Domain_Name", types), "Domain-Name");
  EXPECT_EQ(probably_meant("IPv", types), "");
  EXPECT_EQ(probably_meant("Email", types), "");
}

}  // namespace
}  // namespace configuration
