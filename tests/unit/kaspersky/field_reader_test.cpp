#include "kaspersky/field_reader.hpp"

#include <gmock/gmock.h>

namespace kaspersky {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class FieldReaderTest : public testing::Test {
 protected:
  /// A reader of an object whose field `F` has this value.
  FieldReader reader(const char* value) {
    document = json{{"F", json::parse(value)}};
    return {document, "S", oddities};
  }

  json document;
  Oddities oddities;
};

TEST_F(FieldReaderTest, RowsAreTheObjectsOfAList) {
  const auto rows = reader(R"([{"A": "1"}, {"A": "2"}])").rows("F");
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].text("A"), "1");
  EXPECT_EQ(rows[1].text("A"), "2");
  EXPECT_THAT(oddities.lines(), IsEmpty());
}

TEST_F(FieldReaderTest, AnOddRowCostsThatRowAndANullCostsNothing) {
  EXPECT_THAT(reader(R"([{"A": "1"}, null, 7, [], {"A": "2"}])").rows("F"), SizeIs(2));
  EXPECT_THAT(oddities.lines(), ElementsAre("S.F[2]: expected an object, got a number",
                                            "S.F[3]: expected an object, got a list"));
}

TEST_F(FieldReaderTest, OdditiesInARowAreReportedWithTheirPlace) {
  EXPECT_EQ(reader(R"([{}, {"A": 5}])").rows("F").at(1).text("A"), "");
  EXPECT_THAT(oddities.lines(), ElementsAre("S.F[1].A: expected text, got a number"));
}

TEST_F(FieldReaderTest, NoListHasNoRows) {
  for (const auto* absent : {"null", "[]", R"("")"})
    EXPECT_THAT(reader(absent).rows("F"), IsEmpty());
  EXPECT_THAT(oddities.lines(), IsEmpty());
  EXPECT_THAT(reader(R"({"A": "1"})").rows("F"), IsEmpty());
  EXPECT_THAT(oddities.lines(), ElementsAre("S.F: expected a list of objects, got an object"));
}

TEST_F(FieldReaderTest, OfVeryLongListsTheBeginningIsRead) {
  json texts = json::array();
  for (int i = 0; i < 20'001; ++i) texts.push_back(std::to_string(i));
  EXPECT_THAT(reader(texts.dump().c_str()).texts("F"), SizeIs(20'000));
  EXPECT_THAT(oddities.lines(), ElementsAre("S.F: 20001 rows, of which the first 20000 are read"));
}

TEST_F(FieldReaderTest, JoinedTakesATextOrAListOfTexts) {
  EXPECT_EQ(reader(R"("one")").joined("F"), "one");
  EXPECT_EQ(reader(R"(["one", "two", "one"])").joined("F"), "one, two");
  EXPECT_EQ(reader("[]").joined("F"), "");
  EXPECT_EQ(reader("null").joined("F"), "");
  EXPECT_THAT(oddities.lines(), IsEmpty());
  EXPECT_EQ(reader(R"(["one", 2])").joined("F"), "one");
  EXPECT_EQ(reader("2").joined("F"), "");
  EXPECT_THAT(oddities.lines(), ElementsAre("S.F[1]: expected text, got a number",
                                            "S.F: expected a list of texts, got a number"));
}

TEST_F(FieldReaderTest, ADateComesInOneForm) {
  EXPECT_EQ(reader(R"("2021-05-27T12:37Z")").date("F"), "2021-05-27T12:37:00.000Z");
  EXPECT_EQ(reader(R"("")").date("F"), "");
  EXPECT_THAT(oddities.lines(), IsEmpty());
  EXPECT_EQ(reader(R"("soon")").date("F"), "");
  EXPECT_EQ(reader("1622119020").date("F"), "");
  EXPECT_THAT(oddities.lines(), ElementsAre("S.F: expected a date, got \"soon\"",
                                            "S.F: expected text, got a number"));
}

TEST_F(FieldReaderTest, AFlagIsTrueOnlyWhenItSaysSo) {
  EXPECT_TRUE(reader("true").flag("F"));
  EXPECT_FALSE(reader("false").flag("F"));
  EXPECT_FALSE(reader("null").flag("F"));
  EXPECT_THAT(oddities.lines(), IsEmpty());
  EXPECT_FALSE(reader(R"("true")").flag("F"));
  EXPECT_FALSE(reader("1").flag("F"));
  EXPECT_THAT(oddities.lines(), ElementsAre("S.F: expected true or false, got text",
                                            "S.F: expected true or false, got a number"));
}

}  // namespace
}  // namespace kaspersky
