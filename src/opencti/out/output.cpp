#include "opencti/out/output.hpp"

#include <algorithm>
#include <atomic>

namespace opencti {

std::chrono::system_clock::time_point unique_time() {
  using std::chrono::microseconds;
  static std::atomic<microseconds::rep> last = 0;
  const auto now =
      std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  auto before = last.load();
  auto time = now;
  do {
    time = std::max(now, before + 1);
  } while (!last.compare_exchange_weak(before, time));
  return std::chrono::system_clock::time_point(microseconds(time));
}

}  // namespace opencti
