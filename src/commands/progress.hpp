// Shows the progress of a command on standard error if that is a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace commands {

/// One line that is overwritten. Shows nothing if standard error is not a terminal, or if there is
/// only one step.
class Progress final {
 public:
  explicit Progress(std::size_t total);
  ~Progress() { hide(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Counts one more step, and shows the line.
  void advance();
  /// Removes the line, before other output.
  void hide();

 private:
  std::size_t total_;
  std::size_t done_ = 0;
  bool wanted_;
  bool shown_ = false;
};

/// `[######........] 12 of 40`
[[nodiscard]] std::string progress_bar(std::size_t done, std::size_t total);

}  // namespace commands
