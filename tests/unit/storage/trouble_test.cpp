#include "storage/trouble.hpp"

#include <gmock/gmock.h>

#include "support/log_lines.hpp"

namespace storage {
namespace {

TEST(Trouble, TellsWhatIsWrongForAsLongAsItIs) {
  support::LogLines lines;
  Trouble trouble("answers are not cached", lines.log());
  EXPECT_EQ(trouble.problem(), "");
  trouble.note(Result<void>(tl::unexpected(Error{"disk full"})));
  EXPECT_EQ(trouble.problem(), "disk full; answers are not cached");
  trouble.note(Result<void>());
  EXPECT_EQ(trouble.problem(), "");
  EXPECT_EQ(lines.count("WARNING", "disk full"), 1);
}

}  // namespace
}  // namespace storage
