#include "monitoring/health.hpp"

#include <gmock/gmock.h>

namespace monitoring {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

Snapshot all_well() {
  Snapshot snapshot;
  snapshot.links = {platform_link({.registered = true}), broker_link("broker_in", {.up = true}),
                    broker_link("broker_out", {.up = true}), kaspersky_link({}, 0s, {}),
                    store_link("")};
  return snapshot;
}

Link& link(Snapshot& snapshot, const std::string& name) {
  return *std::find_if(snapshot.links.begin(), snapshot.links.end(),
                       [&](const Link& each) { return each.name == name; });
}

TEST(Readiness, NeedsEveryLink) {
  EXPECT_TRUE(readiness(all_well()).ready);
  for (const auto* name : {"platform", "broker_in", "broker_out", "kaspersky"}) {
    auto snapshot = all_well();
    link(snapshot, name).state = LinkState::down;
    EXPECT_FALSE(readiness(snapshot).ready) << name;
  }
}

TEST(Readiness, WaitsForTheFirstContactButNotForTheFirstResult) {
  auto snapshot = all_well();
  link(snapshot, "broker_out").state = LinkState::starting;
  EXPECT_TRUE(readiness(snapshot).ready);
  link(snapshot, "broker_in").state = LinkState::starting;
  EXPECT_FALSE(readiness(snapshot).ready);
}

TEST(Readiness, DoesWithoutWhatIsNotUsedAndWithoutAStore) {
  auto snapshot = all_well();
  link(snapshot, "broker_in").state = LinkState::off;
  link(snapshot, "broker_out").state = LinkState::off;
  link(snapshot, "store") = store_link("disk full");
  EXPECT_TRUE(readiness(snapshot).ready);
}

TEST(Readiness, NeedsAStoreThatMessagesAreAcceptedInto) {
  auto snapshot = all_well();
  link(snapshot, "store") = store_link("disk full", true);
  EXPECT_EQ(link(snapshot, "store").state, LinkState::down);
  EXPECT_FALSE(readiness(snapshot).ready);
}

// Were it not, a gate that sends messages only to who is ready would keep it closed for ever.
TEST(Readiness, ComesBackOnceKasperskyMayBeAskedAgain) {
  using kaspersky::BreakerState;
  auto snapshot = all_well();
  link(snapshot, "kaspersky") =
      kaspersky_link({.state = BreakerState::open, .problem = "no answer"}, 0s, {});
  EXPECT_FALSE(readiness(snapshot).ready);
  link(snapshot, "kaspersky") = kaspersky_link(
      {.state = BreakerState::open, .to_be_tried = true, .problem = "no answer"}, 0s, {});
  EXPECT_EQ(link(snapshot, "kaspersky").state, LinkState::starting);
  EXPECT_TRUE(readiness(snapshot).ready);
}

TEST(Readiness, EndsWhenWeAreStopping) {
  auto snapshot = all_well();
  snapshot.stopping = true;
  const auto state = readiness(snapshot);
  EXPECT_FALSE(state.ready);
  EXPECT_EQ(state.parts.back().state, "stopping");
}

TEST(Links, ThePlatformIsDownOnceACallHasFailed) {
  EXPECT_EQ(platform_link({}).state, LinkState::starting);
  EXPECT_EQ(platform_link({.registered = true}).state, LinkState::up);
  const auto down = platform_link({.registered = true, .problem = "no answer; check the address"});
  EXPECT_EQ(down.state, LinkState::down);
  EXPECT_EQ(down.detail, "no answer; check the address");
}

TEST(Links, TheBrokerIsStartingUntilItWasTried) {
  EXPECT_EQ(broker_link("broker_out", {}).state, LinkState::starting);
  EXPECT_EQ(broker_link("broker_out", {.up = true}).state, LinkState::up);
  EXPECT_EQ(broker_link("broker_out", {.problem = "gone"}).state, LinkState::down);
}

TEST(Links, KasperskyIsDownWhileTheBreakerIsNotClosed) {
  using kaspersky::BreakerState;
  EXPECT_EQ(kaspersky_link({}, 0s, {}).state, LinkState::up);
  const auto refused = kaspersky_link(
      {.state = BreakerState::open, .refused = true, .problem = "status 401. No requests since"},
      0s, {});
  EXPECT_EQ(refused.state, LinkState::down);
  EXPECT_THAT(refused.detail, HasSubstr("status 401"));
  EXPECT_THAT(refused.detail, HasSubstr("KASPERSKY_API_KEY"));
  EXPECT_THAT(
      kaspersky_link({.state = BreakerState::probing, .problem = "no answer"}, 0s, {}).detail,
      HasSubstr("KASPERSKY_API_BASE_URL"));
}

TEST(Links, KasperskyIsDownWhileItIsLeftAloneForLong) {
  const std::chrono::system_clock::time_point now = std::chrono::sys_days(std::chrono::days(20000));
  EXPECT_EQ(kaspersky_link({}, 9s, now).state, LinkState::up);
  const auto resting = kaspersky_link({}, 1h, now);
  EXPECT_EQ(resting.state, LinkState::down);
  EXPECT_EQ(resting.detail,
            "it limits requests (status 429); the next is made at 2024-10-04 01:00:00 UTC; lower "
            "KASPERSKY_REQUESTS_PER_SECOND, or see who else uses the licence");
}

}  // namespace
}  // namespace monitoring
