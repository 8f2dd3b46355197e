#include "runtime/attempts.hpp"

#include <utility>

#include "text/digest.hpp"

namespace runtime {

std::string Attempts::key_of(std::string_view body) { return text::hex(text::sha256(body)); }

Before Attempts::known(std::int64_t attempts, std::string reason) {
  Before out{.attempts = static_cast<int>(attempts), .reason = std::move(reason)};
  out.died_reading = out.reason == died_reading || out.reason == died_salvaging;
  out.died = out.died_reading || out.reason == died;
  return out;
}

}  // namespace runtime
