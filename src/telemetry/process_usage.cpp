#include "telemetry/process_usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace telemetry {
namespace {

std::chrono::duration<double> seconds_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

int open_files() {
  std::error_code trouble;
  const std::filesystem::directory_iterator files("/proc/self/fd", trouble);
  if (trouble) return 0;
  // Reading the folder opens one descriptor.
  return static_cast<int>(std::distance(begin(files), end(files))) - 1;
}

}  // namespace

ProcessUsage process_usage() {
  ProcessUsage usage;
  std::int64_t pages = 0;
  std::int64_t resident_pages = 0;
  if (std::ifstream("/proc/self/statm") >> pages >> resident_pages) {
    const std::int64_t page = sysconf(_SC_PAGESIZE);
    usage.virtual_size = pages * page;
    usage.resident = resident_pages * page;
  }
  rusage times{};
  if (getrusage(RUSAGE_SELF, &times) == 0) {
    usage.cpu = seconds_of(times.ru_utime) + seconds_of(times.ru_stime);
  }
  usage.open_files = open_files();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
    usage.max_open_files = static_cast<std::int64_t>(files.rlim_cur);
  }
  return usage;
}

}  // namespace telemetry
