#include "enrichment/sightings.hpp"

#include <gtest/gtest.h>

namespace enrichment {
namespace {

constexpr auto today = "2026-11-24T00:00:00.000Z";

TEST(Sightings, SayWhenTheObjectWasSeen) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  EXPECT_EQ(sightings_of(answer, today), "Kaspersky zone red.");
  answer.general.first_seen = "2020-01-01T10:00:00.000Z";
  EXPECT_EQ(sightings_of(answer, today),
            "Kaspersky zone red, first seen on 2020-01-01, last seen on 2020-01-01.");
  answer.general.last_seen = "2026-09-30T17:05:00.000Z";
  EXPECT_EQ(sightings_of(answer, today),
            "Kaspersky zone red, first seen on 2020-01-01, last seen on 2026-09-30.");
  answer.general.first_seen = "2099-01-01T10:00:00.000Z";
  answer.general.last_seen = "2099-01-01T10:00:00.000Z";
  EXPECT_EQ(sightings_of(answer, today), "Kaspersky zone red.")
      << "dates in the future are left out";
}

TEST(LastSeen, IsTheDateOfTheObjectElseTheLatestOtherDate) {
  kaspersky::Answer answer;
  EXPECT_EQ(last_seen(answer, today), "");
  answer.general.first_seen = "2020-01-01T00:00:00.000Z";
  EXPECT_EQ(last_seen(answer, today), "2020-01-01T00:00:00.000Z");
  answer.related = {{kaspersky::related_fields()[0],
                     {{.value = "a", .first_seen = "2026-11-24T10:00:00.000Z"},
                      {.value = "b", .last_seen = "2026-10-01T00:00:00.000Z"},
                      {.value = "c", .last_seen = "2099-10-01T00:00:00.000Z"}}}};
  EXPECT_EQ(last_seen(answer, today), "2026-11-24T10:00:00.000Z") << "a later time of today counts";
  answer.general.last_seen = "2026-01-01T00:00:00.000Z";
  EXPECT_EQ(last_seen(answer, today), "2026-01-01T00:00:00.000Z");
  answer.general.last_seen = "2099-01-01T00:00:00.000Z";
  EXPECT_EQ(last_seen(answer, today), "2026-11-24T10:00:00.000Z");
}

}  // namespace
}  // namespace enrichment
