#include "source/source.hpp"

namespace source {

CheckResult Source::check(const net::Deadline& /*deadline*/) {
  return {CheckResult::State::skipped, "this source has no check; try `lookup VALUE`"};
}

Summary Source::summarize(const Verdict& verdict) const { return summary_of(verdict); }

std::optional<RequestsToday> Source::requests_today(Counted /*counted*/) { return std::nullopt; }

}  // namespace source
