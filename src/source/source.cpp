#include "source/source.hpp"

namespace source {

CheckResult Source::check(const net::Deadline& /*deadline*/) {
  return {CheckResult::State::skipped, "there is no test of it; look a value up"};
}

Summary Source::summarize(const Verdict& verdict) const { return summary_of(verdict); }

std::optional<RequestsToday> Source::requests_today(Counted /*counted*/) { return std::nullopt; }

}  // namespace source
