#include "enrichment/file.hpp"

#include <gmock/gmock.h>

#include "enrichment/author.hpp"

namespace enrichment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

source::Enrichment with_names(const std::vector<std::string>& names,
                              const stix::Observable& observable = {}) {
  const source::Request request{.observable = observable};
  source::Builder builder(author(), request, {.warn = false});
  add_names(names, observable, 100, builder);
  return builder.take();
}

TEST(FileNames, AreAdditionalToTheFirst) {
  const stix::Observable file{
      .id = "file--1", .type = "file", .name = "a.exe", .additional_names = {"b.exe"}};
  EXPECT_THAT(with_names({"a.exe", "b.exe", "c.exe", "C.exe"}, file).update.additional_names,
              ElementsAre("b.exe", "c.exe", "C.exe"));
}

TEST(FileNames, OddOnesAreLeftOutWithOneWarning) {
  const auto out = with_names({std::string(256, 'x'), "a\nb", std::string(255, 'y')});
  EXPECT_THAT(out.update.additional_names, ElementsAre(std::string(255, 'y')));
  EXPECT_THAT(out.warnings, ElementsAre(HasSubstr("2 omitted")));
}

TEST(FileNames, CharactersCountAndNotBytes) {
  std::string name;
  for (int i = 0; i < 255; ++i) name += "\u044f";
  EXPECT_THAT(with_names({name}).update.additional_names, ElementsAre(name));
  EXPECT_THAT(with_names({name + "x"}).update.additional_names, IsEmpty());
}

TEST(FileNames, AsManyAreTakenAsRowsAreWanted) {
  std::vector<std::string> many;
  for (int i = 0; i < 150; ++i) many.push_back(std::to_string(i));
  const auto out = with_names(many);
  EXPECT_THAT(out.update.additional_names, SizeIs(100));
  EXPECT_THAT(out.warnings, ElementsAre(HasSubstr("50 omitted")));
}

TEST(FileNames, NoNamesGiveNoWarning) {
  const auto out = with_names({});
  EXPECT_THAT(out.update.additional_names, IsEmpty());
  EXPECT_THAT(out.warnings, IsEmpty());
}

}  // namespace
}  // namespace enrichment
