// Tests the table of settings with a made-up program.
#include "configuration/table.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdint>

#include "configuration/documents.hpp"
#include "configuration/effective.hpp"
#include "configuration/json_schema.hpp"
#include "configuration/read.hpp"
#include "unit/configuration/fixture.hpp"

namespace configuration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

enum class Scale { celsius, kelvin };
constexpr auto scales = std::to_array<std::string_view>({"celsius", "kelvin"});
constexpr auto places = std::to_array<std::string_view>({"North", "South"});

struct Weather {
  std::string key;
  int stations = 0;
  std::size_t rows = 0;
  Scale scale = Scale::celsius;
  std::vector<std::string> places;
  std::optional<std::uint16_t> port;
};

Table table_into(Weather& weather) {
  Section own{.title = "Weather",
              .text = "About the weather.",
              .rows = {{.name = "WEATHER_KEY",
                        .title = "Key",
                        .kind = token(into(weather.key)),
                        .required = true,
                        .secret = true,
                        .sample = "ChangeMe",
                        .description = "A key."},
                       {.name = "WEATHER_STATIONS",
                        .title = "Stations",
                        .kind = integer(1, 9, into(weather.stations, weather.rows)),
                        .default_value = "3",
                        .former = "WEATHER_MASTS",
                        .description = "How many."},
                       {.name = "WEATHER_SCALE",
                        .title = "Scale",
                        .kind = choice(scales, into(weather.scale)),
                        .default_value = "celsius",
                        .description = "A scale."},
                       {.name = "WEATHER_PLACES",
                        .title = "Places",
                        .kind = subset(places, into(weather.places)),
                        .sample = "North",
                        .description = "Places."}}};
  Section server{.title = "Server",
                 .rows = {{.name = "SERVER_PORT",
                           .title = "Port",
                           .kind = integer(1, 65535, into(weather.port)),
                           .sample = "80",
                           .description = "A port."}}};
  std::vector<Section> sections;
  sections.push_back(std::move(own));
  sections.push_back(std::move(server));
  return {{.prefix = "WEATHER_",
           .long_prefix = "WEATHER_CONNECTOR_",
           .ours = {"WEATHER_"},
           .is_a_limit =
               [](std::string_view name) { return name.find("LIMIT") != std::string_view::npos; },
           .with_limits = {"WEATHER_"},
           .recipient = "Weather"},
          std::move(sections)};
}

struct Taken {
  Weather weather = {};
  std::vector<std::string> warnings = {};
  Problems problems = {};
};

Taken taken(const Environment& environment, const std::optional<std::string>& yaml = std::nullopt) {
  Taken out;
  auto result = read(table_into(out.weather), environment, yaml, FakeFiles());
  if (result) {
    out.warnings = std::move(result->warnings);
  } else {
    out.problems = std::move(result.error());
  }
  return out;
}

TEST(Table, PutsEachValueInItsPlaceAndConvertsIt) {
  const auto found =
      taken({{"WEATHER_KEY", "weather-key"}, {"WEATHER_SCALE", "Kelvin"}, {"SERVER_PORT", "80"}},
            "weather:\n  stations: 7\n  places: [south, North]\n");
  EXPECT_THAT(found.problems, IsEmpty());
  EXPECT_THAT(found.warnings, IsEmpty());
  EXPECT_EQ(found.weather.key, "weather-key");
  EXPECT_EQ(found.weather.scale, Scale::kelvin);
  EXPECT_EQ(found.weather.port, 80);
  EXPECT_THAT(found.weather.places, ElementsAre("South", "North"));
  EXPECT_EQ(found.weather.stations, 7);
  EXPECT_EQ(found.weather.rows, 7U) << "one row can set two members";
}

TEST(Table, GivesDefaultsAndLeavesTheRest) {
  const auto found = taken({{"WEATHER_CONNECTOR_KEY", "k"}});
  EXPECT_EQ(found.weather.stations, 3);
  EXPECT_EQ(found.weather.port, std::nullopt);
  EXPECT_THAT(found.problems, IsEmpty());
}

TEST(Table, NamesOfTheProgramAloneAreKnown) {
  const auto found = taken({{"WEATHER_KEY", "weather-key"},
                            {"WEATHER_MASTS", "2"},
                            {"WEATHER_SCALES", "x"},
                            {"KASPERSKY_FOO", "x"},
                            {"CONNECTOR_MAX_TLP", "x"}});
  EXPECT_EQ(found.weather.stations, 2);
  EXPECT_THAT(found.warnings,
              ElementsAre("'WEATHER_SCALES' is not a setting of this connector; did you mean "
                          "WEATHER_SCALE?",
                          "WEATHER_MASTS is called WEATHER_STATIONS now"));
  EXPECT_THAT(
      taken({{"WEATHER_KEY", "weather-key"}, {"WEATHER_LIMIT", "1"}}).problems,
      ElementsAre(StartsWith(
          "'WEATHER_LIMIT' looks like a limit on what may be sent to Weather, and is not")));
}

TEST(Table, MakesTheSamplesAndTheDocuments) {
  Weather unused;
  const auto table = table_into(unused);
  EXPECT_EQ(env_sample(table, "# Weather\n"),
            "# Weather\n"
            "\nWEATHER_KEY=ChangeMe\n#WEATHER_STATIONS=3\n#WEATHER_SCALE=celsius\n"
            "#WEATHER_PLACES=North\n"
            "\n#SERVER_PORT=80\n");
  EXPECT_EQ(config_yml_sample(table, "# Weather\n"),
            "# Weather\n"
            "\nweather:\n  key: 'ChangeMe'\n  #stations: 3\n  #scale: 'celsius'\n"
            "  #places: 'North'\n"
            "\nserver:\n  #port: 80\n");
  EXPECT_THAT(
      reference(table, "# Weather\n"),
      AllOf(HasSubstr("\n## Weather\n\nAbout the weather.\n"), HasSubstr("\n## Server\n"),
            HasSubstr("| Stations | `weather.stations` | `WEATHER_STATIONS` | `3` | No | How "
                      "many. Allowed: a whole number from 1 to 9. Formerly "
                      "`WEATHER_MASTS`. |")));
  const auto schema = json_schema(table, "https://weather.example/schema");
  EXPECT_THAT(schema["required"], ElementsAre("WEATHER_KEY"));
  EXPECT_EQ(schema["properties"]["WEATHER_STATIONS"]["default"], 3);
  EXPECT_EQ(schema["properties"]["WEATHER_MASTS"]["deprecated"], true);
}

TEST(Table, ShowsEffectiveValuesByChapter) {
  Weather unused;
  const auto table = table_into(unused);
  const Sources sources{.environment = {{"WEATHER_KEY", "weather-key"}, {"SERVER_PORT", "80"}},
                        .config_yml = std::nullopt};
  const auto all = effective_settings(table, sources, FakeFiles());
  ASSERT_EQ(all.size(), table.rows().size());
  EXPECT_EQ(all.front().value, "***");
  EXPECT_EQ(all.front().chapter, "Weather");
  EXPECT_EQ(all.back().chapter, "Server");
  EXPECT_EQ(all.back().source, "environment");
  EXPECT_THAT(unused.key, IsEmpty()) << "listing the rows reads no values";
}

}  // namespace
}  // namespace configuration
