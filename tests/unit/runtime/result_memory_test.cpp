#include "runtime/result_memory.hpp"

#include <gmock/gmock.h>
#include <malloc.h>

#include <thread>
#include <tuple>

#include "support/wait_until.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

net::Deadline at_once() { return net::Deadline::after(0ms); }

/// As an answer with many related files gives them.
source::Enrichment related_files(int count) {
  source::Enrichment enrichment;
  for (int i = 0; i < count; ++i) {
    const auto id = "file--00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + i);
    enrichment.objects.push_back(
        {{"type", "file"},
         {"spec_version", "2.1"},
         {"id", id},
         {"hashes", {{"MD5", std::string(32, 'a')}}},
         {"x_opencti_score", 100},
         {"object_marking_refs", json::array({"marking-definition--" + std::string(36, 'b')})}});
    enrichment.objects.push_back({{"type", "relationship"},
                                  {"spec_version", "2.1"},
                                  {"id", "relationship--" + id},
                                  {"relationship_type", "related-to"},
                                  {"source_ref", "file--" + std::string(36, 'c')},
                                  {"target_ref", id},
                                  {"start_time", "2026-01-01T00:00:00.000Z"},
                                  {"confidence", 75}});
  }
  return enrichment;
}

/// False where a sanitizer replaces the allocator: mallinfo2() counts nothing then.
bool allocator_counts() { return mallinfo2().uordblks > 0; }

constexpr double tolerated = 0.1;

TEST(ResultSize, IsTheMemoryThatTheObjectsTake) {
  if (!allocator_counts()) GTEST_SKIP() << "this allocator does not count";
  malloc_trim(0);
  const auto before = mallinfo2().uordblks;
  const auto enrichment = related_files(2'000);
  const auto taken = static_cast<double>(mallinfo2().uordblks - before);
  EXPECT_NEAR(static_cast<double>(size_of(enrichment).objects), taken, tolerated * taken);
}

TEST(ResultSize, IsTheLengthOfTheText) {
  const auto enrichment = related_files(2'000);
  const auto text = static_cast<double>(json(enrichment.objects).dump().size());
  EXPECT_NEAR(static_cast<double>(size_of(enrichment).text), text, tolerated * text);
}

TEST(ResultMemory, NoMoreResultsAreParkedThanThereIsRoomFor) {
  ResultMemory memory(6 * mebibyte);
  const auto first = memory.try_park(2 * mebibyte);
  EXPECT_TRUE(first);
  EXPECT_FALSE(memory.try_park(2 * mebibyte));
  auto second = memory.try_park(mebibyte);
  EXPECT_TRUE(second);
  EXPECT_FALSE(memory.try_park(1));
  second.reset();
  EXPECT_TRUE(memory.try_park(mebibyte));
}

TEST(ResultMemory, AnAnnouncedResultIsParkedInAnyCaseAndCounts) {
  ResultMemory memory(6 * mebibyte);
  auto announced = memory.park(10 * mebibyte);
  EXPECT_TRUE(announced);
  EXPECT_FALSE(memory.try_park(1));
  announced.reset();
  EXPECT_TRUE(memory.try_park(3 * mebibyte));
}

TEST(ResultMemory, AResultThatIsTooLargeIsInHandAlone) {
  ResultMemory memory(6 * mebibyte);
  auto first = memory.hold(100 * mebibyte, at_once());
  EXPECT_TRUE(first);
  EXPECT_FALSE(memory.hold(mebibyte, at_once()));
  EXPECT_TRUE(memory.hold(1'000, at_once())) << "small ones have their own share";
  EXPECT_TRUE(memory.try_park(3 * mebibyte)) << "so have parked ones";
  first.reset();
  const auto second = memory.hold(mebibyte, at_once());
  EXPECT_TRUE(second);
  EXPECT_TRUE(memory.hold(mebibyte, at_once())) << "those that fit are in hand together";
}

TEST(ResultMemory, LargeResultsAreServedInTheirOrder) {
  ResultMemory memory(6 * mebibyte);
  auto first = memory.hold(mebibyte, at_once());
  std::thread large([&] { EXPECT_TRUE(memory.hold(3 * mebibyte, net::Deadline::after(1min))); });
  EXPECT_TRUE(support::wait_until([&] { return !memory.hold(mebibyte, at_once()); }));
  first.reset();
  large.join();
  EXPECT_TRUE(memory.hold(mebibyte, at_once()));
}

TEST(ResultMemory, ALeaseCanBecomeSmallerWithoutAWait) {
  ResultMemory memory(6 * mebibyte);
  auto held = memory.hold(2 * mebibyte, at_once());
  EXPECT_FALSE(memory.hold(mebibyte, at_once()));
  memory.shrink(held, mebibyte);
  EXPECT_TRUE(held);
  EXPECT_TRUE(memory.hold(mebibyte, at_once()));
  memory.shrink(held, 0);
  EXPECT_FALSE(held);
  EXPECT_TRUE(memory.hold(2 * mebibyte, at_once()));
}

TEST(ResultMemory, SaysWhenALargeOneIsOver) {
  int ended = 0;
  ResultMemory memory(24 * mebibyte, [&] { ++ended; });
  memory.try_park(1'000).reset();
  std::ignore = memory.hold(1'000, at_once());
  EXPECT_EQ(ended, 0);
  memory.try_park(2 * mebibyte).reset();
  EXPECT_EQ(ended, 1);
  memory.hold(10 * mebibyte, at_once()).reset();
  EXPECT_EQ(ended, 2);
}

}  // namespace
}  // namespace runtime
