#include "storage/write_health.hpp"

#include <gmock/gmock.h>

#include "support/log_lines.hpp"

namespace storage {
namespace {

TEST(WriteHealth, ReportsTheErrorForAsLongAsItLasts) {
  support::LogLines lines;
  WriteHealth health("answers are not cached", lines.log());
  EXPECT_EQ(health.problem(), "");
  health.note(Result<void>(tl::unexpected(Error{"disk full"})));
  EXPECT_EQ(health.problem(), "disk full; answers are not cached");
  health.note(Result<void>());
  EXPECT_EQ(health.problem(), "");
  EXPECT_EQ(lines.count("WARNING", "disk full"), 1);
}

}  // namespace
}  // namespace storage
