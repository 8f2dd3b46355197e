#include "monitoring/health.hpp"

#include <gmock/gmock.h>

namespace monitoring {
namespace {

Snapshot all_well() {
  Snapshot snapshot;
  snapshot.links = {platform_link({.registered = true}), broker_link("broker_in", {.up = true}),
                    broker_link("broker_out", {.up = true}), source_link("kaspersky", {}),
                    store_link("", "KASPERSKY_CACHE_PATH")};
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

TEST(Readiness, DoesWithoutUnusedPartsAndWithoutAStore) {
  auto snapshot = all_well();
  link(snapshot, "broker_in").state = LinkState::off;
  link(snapshot, "broker_out").state = LinkState::off;
  link(snapshot, "store") = store_link("disk full", "KASPERSKY_CACHE_PATH");
  EXPECT_TRUE(readiness(snapshot).ready);
}

TEST(Readiness, NeedsAStoreThatMessagesAreAcceptedInto) {
  auto snapshot = all_well();
  link(snapshot, "store") = store_link("disk full", "KASPERSKY_CACHE_PATH", true);
  EXPECT_EQ(link(snapshot, "store").state, LinkState::down);
  EXPECT_FALSE(readiness(snapshot).ready);
}

// A gate that sends messages only to a connector that is ready would otherwise stay closed forever.
TEST(Readiness, ComesBackOnceTheSourceMayBeAskedAgain) {
  auto snapshot = all_well();
  link(snapshot, "kaspersky") = source_link("kaspersky", {.link = LinkState::down});
  EXPECT_FALSE(readiness(snapshot).ready);
  link(snapshot, "kaspersky") = source_link("kaspersky", {.link = LinkState::starting});
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

TEST(Links, TheStoreIsDownOnceItCannotBeWrittenTo) {
  EXPECT_EQ(store_link("", "ABUSE_CACHE_PATH").state, LinkState::up);
  const auto link = store_link("disk full", "ABUSE_CACHE_PATH");
  EXPECT_EQ(link.state, LinkState::down);
  EXPECT_EQ(link.detail,
            "disk full; check the disk space and the permissions of the file in ABUSE_CACHE_PATH");
}

TEST(Links, TheSourceIsInTheStateThatItReports) {
  const auto link = source_link("kaspersky", {.link = LinkState::down, .detail = "no answer"});
  EXPECT_EQ(link.name, "kaspersky");
  EXPECT_EQ(link.state, LinkState::down);
  EXPECT_EQ(link.detail, "no answer");
}

}  // namespace
}  // namespace monitoring
