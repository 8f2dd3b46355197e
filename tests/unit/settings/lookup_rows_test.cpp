#include <gmock/gmock.h>

#include "settings/load.hpp"
#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using kaspersky::Zone;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

AllLoaded lookups(const Environment& more, const std::optional<std::string>& yaml = std::nullopt) {
  const auto loaded = load(with(more), yaml, FakeFiles());
  EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().front());
  return loaded ? *loaded : AllLoaded{};
}

TEST(LookupSettings, HaveDefaults) {
  const auto defaults = lookups({});
  EXPECT_EQ(defaults.settings.policies.cache_path, "");
  EXPECT_EQ(defaults.kaspersky.chain.cache_size, 4 * 1024 * 1024);
  EXPECT_EQ(defaults.kaspersky.chain.cache_ttl,
            (kaspersky::Lifetimes{.default_lifetime = 24h,
                                  .zones = {{Zone::red, 12h}, {Zone::orange, 12h}},
                                  .not_found = 6h}));
  EXPECT_FALSE(defaults.settings.policies.fresh_for_manual);
  EXPECT_EQ(defaults.kaspersky.chain.daily_quota, std::nullopt);
  EXPECT_EQ(defaults.kaspersky.chain.quota_reserve, 10);
  EXPECT_EQ(defaults.kaspersky.chain.requests_per_second, 0);
}

TEST(LookupSettings, ComeFromTheEnvironment) {
  const auto given = lookups({{"KASPERSKY_CACHE_PATH", "/var/cache.db"},
                              {"KASPERSKY_CACHE_SIZE", "1"},
                              {"KASPERSKY_CACHE_TTL", "default:0"},
                              {"KASPERSKY_FRESH_FOR_MANUAL", "yes"},
                              {"KASPERSKY_DAILY_QUOTA", "2000"},
                              {"KASPERSKY_QUOTA_RESERVE", "0"},
                              {"KASPERSKY_REQUESTS_PER_SECOND", "5"}});
  EXPECT_EQ(given.settings.policies.cache_path, "/var/cache.db");
  EXPECT_EQ(given.kaspersky.chain.cache_size, 1 * 1024 * 1024);
  EXPECT_EQ(given.kaspersky.chain.cache_ttl.longest(), 0s);
  EXPECT_TRUE(given.settings.policies.fresh_for_manual);
  EXPECT_EQ(given.kaspersky.chain.daily_quota, 2000);
  EXPECT_EQ(given.kaspersky.chain.quota_reserve, 0);
  EXPECT_EQ(given.kaspersky.chain.requests_per_second, 5);
}

TEST(LookupSettings, ComeFromTheFileWhereLifetimesCanBeAList) {
  EXPECT_EQ(
      lookups({}, "kaspersky:\n  cache_ttl: ['default:1h', 'red:5m']\n").kaspersky.chain.cache_ttl,
      (kaspersky::Lifetimes{
          .default_lifetime = 1h, .zones = {{Zone::red, 5min}}, .not_found = 1h}));
}

TEST(LookupSettings, AreRejectedWithTheAllowedValues) {
  for (const auto& [name, value, why] :
       {std::tuple{"KASPERSKY_DAILY_QUOTA", "0", "a whole number from 1"},
        std::tuple{"KASPERSKY_QUOTA_RESERVE", "101", "a whole number from 0 to 100"},
        std::tuple{"KASPERSKY_CACHE_SIZE", "0", "a whole number from 1"},
        std::tuple{"KASPERSKY_CACHE_TTL", "red:1 week",
                   "have a time for red, such as 30m, 12h, 7d or 0 (maximum 365d)"}}) {
    const auto loaded = load(with({{name, value}}), std::nullopt, FakeFiles());
    ASSERT_FALSE(loaded) << name;
    EXPECT_THAT(loaded.error(), ElementsAre(HasSubstr(why)));
  }
}

}  // namespace
}  // namespace settings
