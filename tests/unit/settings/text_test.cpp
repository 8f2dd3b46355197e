#include "settings/text.hpp"

#include <gmock/gmock.h>

namespace settings {
namespace {

using testing::ElementsAre;

TEST(Split, TrimsThePartsAndLeavesOutEmptyOnes) {
  EXPECT_THAT(split(" a , b,,c ,", ','), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split(" , ", ','), ElementsAre());
}

TEST(Shown, EscapesWhatCouldForgeALineOrATerminal) {
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

TEST(Nearest, DoesNotGuess) { EXPECT_EQ(nearest("SOMETHING_ELSE", {"KASPERSKY_API_KEY"}), ""); }

}  // namespace
}  // namespace settings
