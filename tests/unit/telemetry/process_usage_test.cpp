#include "telemetry/process_usage.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <string>

namespace telemetry {
namespace {

TEST(ProcessUsage, ReportsTheFiguresOfThisProcess) {
  const auto before = process_usage();
  EXPECT_GT(before.resident, 1'000'000);
  EXPECT_GE(before.virtual_size, before.resident);
  EXPECT_GT(before.open_files, 2);
  EXPECT_GE(before.cpu.count(), 0);

  const std::string memory(std::size_t{32} * 1024 * 1024, 'x');
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  while (process_usage().cpu <= before.cpu) {
  }
  const auto after = process_usage();
  close(file);
  EXPECT_GT(after.resident, before.resident + static_cast<std::int64_t>(memory.size()) / 2);
  EXPECT_EQ(after.open_files, before.open_files + 1);
}

}  // namespace
}  // namespace telemetry
