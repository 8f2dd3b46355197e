#include "runtime/attempts.hpp"

#include <utility>

#include "text/digest.hpp"

namespace runtime {

std::string Attempts::key_of(std::string_view body) { return text::hex(text::sha256(body)); }

EarlierAttempts Attempts::known(std::int64_t attempts, std::string reason) {
  EarlierAttempts out{.attempts = static_cast<int>(attempts), .reason = std::move(reason)};
  out.crashed_reading = out.reason == crashed_reading || out.reason == crashed_salvaging;
  out.crashed = out.crashed_reading || out.reason == crashed;
  return out;
}

}  // namespace runtime
