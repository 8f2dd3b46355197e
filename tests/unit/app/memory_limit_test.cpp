#include "app/memory_limit.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "net/memory_budget.hpp"
#include "opencti/client/limits.hpp"
#include "opencti/out/playbook_reply.hpp"
#include "source/answer_memory.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace app {
namespace {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

class ContainerLimit : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) const {
    const auto path = folder.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  }
  support::TemporaryFolder folder;
};

TEST_F(ContainerLimit, IsTheLeastOfAllGroupsOfVersion2) {
  write("proc/self/cgroup", "0::/system.slice/kaspersky-enrichment.service");
  write("sys/fs/cgroup/system.slice/memory.max", "500");
  write("sys/fs/cgroup/system.slice/kaspersky-enrichment.service/memory.max", "max");
  EXPECT_EQ(container_limit(folder.path()), 500U);
  write("sys/fs/cgroup/system.slice/kaspersky-enrichment.service/memory.max", "400");
  EXPECT_EQ(container_limit(folder.path()), 400U);
}

TEST_F(ContainerLimit, IsThatOfTheRootWhereTheGroupIsANamespaceOfItsOwn) {
  write("proc/self/cgroup", "0::/");
  write("sys/fs/cgroup/memory.max", "300");
  EXPECT_EQ(container_limit(folder.path()), 300U);
}

TEST_F(ContainerLimit, IsKnownInVersion1) {
  write("proc/self/cgroup", "12:cpu,cpuacct:/a\n9:memory:/docker/b\n0::/c");
  write("sys/fs/cgroup/memory/docker/b/memory.limit_in_bytes", "200");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(container_limit(folder.path()), 200U);
}

TEST_F(ContainerLimit, IsAbsentWithoutAControlGroup) {
  EXPECT_EQ(container_limit(folder.path()), std::nullopt);
  write("proc/self/cgroup", "nonsense\n0::");
  EXPECT_EQ(container_limit(folder.path()), std::nullopt);
}

TEST(MemoryLimit, IsLoweredToTheLimitOfTheContainer) {
  settings::Settings settings;
  settings.connector.memory_limit = 256;
  EXPECT_EQ(memory_limit(settings, std::nullopt), 256 * mebibyte);
  EXPECT_EQ(memory_limit(settings, 384 * mebibyte), 256 * mebibyte);
  EXPECT_EQ(memory_limit(settings, 300 * mebibyte), 172 * mebibyte);
  EXPECT_EQ(memory_limit(settings, 100 * mebibyte), 64 * mebibyte);
}

TEST(MemoryLimit, IsReportedWithItsSource) {
  settings::Settings settings;
  settings.connector.memory_limit = 256;
  const auto said = [&](std::optional<std::size_t> container) {
    support::LogLines lines;
    report_memory_limit(settings, container, lines.log());
    return lines.all();
  };
  using testing::HasSubstr;
  for (const auto none :
       {std::optional<std::size_t>(), std::optional<std::size_t>(9'223'372'036'854'771'712U)}) {
    EXPECT_THAT(said(none),
                HasSubstr("control_group=no limit limit=256 MiB source=CONNECTOR_MEMORY_LIMIT"));
  }
  EXPECT_THAT(said(300 * mebibyte),
              HasSubstr("control_group=300 MiB limit=172 MiB source=control group"));
  EXPECT_THAT(said(300 * mebibyte), testing::Not(HasSubstr("WARNING")));
  EXPECT_THAT(said(191 * mebibyte), HasSubstr("The container has too little memory"));
}

TEST(MemoryLimit, HasRoomForTheLargestThatTheDefaultAllows) {
  const net::MemoryBudget messages(share_of_messages(256 * mebibyte));
  EXPECT_EQ(longest_message(messages.largest()), 64 * mebibyte);
  net::MemoryBudget answers(share_of_answers(256 * mebibyte));
  EXPECT_GE(source::AnswerMemory(&answers).longest(), 11 * mebibyte);
}

TEST(MemoryLimit, HasRoomForTheLongestAnswerOfThePlatformInAddition) {
  const net::MemoryBudget platform(share_of_platform);
  EXPECT_GE(platform.largest(), opencti::cost_of_answer(opencti::longest_answer));
}

TEST(MemoryLimit, EveryInputFitsIntoIt) {
  for (std::size_t limit = 64; limit <= 1024; limit += 8) {
    const auto largest = net::MemoryBudget(share_of_messages(limit * mebibyte)).largest();
    const auto longest = longest_message(largest);
    for (std::size_t size = 0; size <= longest; size += mebibyte / 4) {
      ASSERT_LE(cost_of_message(size), largest) << size << " bytes at " << limit << " MiB";
    }
  }
}

TEST(MemoryLimit, TheSharesAreTheWhole) {
  for (std::size_t limit = 64; limit <= 1024; limit += 8) {
    const auto all = limit * mebibyte;
    EXPECT_EQ(share_of_messages(all) + share_of_answers(all) + share_of_results(all), all);
  }
}

TEST(MemoryLimit, SizeLimitsFallWithIt) {
  const auto longest = [](std::size_t limit) {
    return longest_message(net::MemoryBudget(share_of_messages(limit * mebibyte)).largest());
  };
  EXPECT_EQ(longest(64) / mebibyte, 7U);
  EXPECT_EQ(longest(128) / mebibyte, 14U);
  EXPECT_LE(cost_of_message(longest(128)), share_of_messages(128 * mebibyte));
}

}  // namespace
}  // namespace app
