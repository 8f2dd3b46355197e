#include "commands/progress.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "commands/terminal.hpp"

namespace commands {

Progress::Progress(std::size_t total) : total_(total), wanted_(total > 1 && is_terminal(stderr)) {}

void Progress::advance() {
  ++done_;
  if (!wanted_ || done_ == total_) return;
  fmt::print(stderr, "\r\x1b[2K{}", progress_bar(done_, total_));
  std::fflush(stderr);
  shown_ = true;
}

void Progress::hide() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[2K");
  std::fflush(stderr);
  shown_ = false;
}

std::string progress_bar(std::size_t done, std::size_t total) {
  constexpr std::size_t width = 30;
  const auto filled = total == 0 ? width : width * done / total;
  return fmt::format("[{}{}] {} of {}", std::string(filled, '#'), std::string(width - filled, '.'),
                     done, total);
}

}  // namespace commands
