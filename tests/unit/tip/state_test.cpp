#include "tip/state.hpp"

#include <gmock/gmock.h>

namespace tip {
namespace {

using source::LinkState;
using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(State, OnceTheBreakersPauseIsOverKasperskyIsToBeTried) {
  using kaspersky::BreakerState;
  EXPECT_EQ(state_of({.state = BreakerState::open, .problem = "no answer"}, 0s, {}).link,
            LinkState::down);
  EXPECT_EQ(
      state_of({.state = BreakerState::open, .to_be_tried = true, .problem = "no answer"}, 0s, {})
          .link,
      LinkState::starting);
}

TEST(State, KasperskyIsDownWhileTheBreakerIsNotClosed) {
  using kaspersky::BreakerState;
  EXPECT_EQ(state_of({}, 0s, {}).link, LinkState::up);
  const auto refused = state_of(
      {.state = BreakerState::open, .refused = true, .problem = "status 401. No requests since"},
      0s, {});
  EXPECT_EQ(refused.link, LinkState::down);
  EXPECT_THAT(refused.detail, HasSubstr("status 401"));
  EXPECT_THAT(refused.detail, HasSubstr("KASPERSKY_API_KEY"));
  EXPECT_THAT(state_of({.state = BreakerState::probing, .problem = "no answer"}, 0s, {}).detail,
              HasSubstr("KASPERSKY_API_BASE_URL"));
}

TEST(State, KasperskyIsDownDuringALongRest) {
  const std::chrono::system_clock::time_point now = std::chrono::sys_days(std::chrono::days(20000));
  EXPECT_EQ(state_of({}, 9s, now).link, LinkState::up);
  const auto resting = state_of({}, 1h, now);
  EXPECT_EQ(resting.link, LinkState::down);
  EXPECT_EQ(resting.detail,
            "rate limit reached (status 429); the next request is sent at 2024-10-04 01:00:00 UTC; "
            "lower KASPERSKY_REQUESTS_PER_SECOND, or check which other clients use the licence");
}

}  // namespace
}  // namespace tip
