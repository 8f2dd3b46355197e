// How far a command is, on standard error while people look at it.
#pragma once

#include <cstddef>
#include <string>

namespace commands {

/// One line that is written over. Nothing at all where standard error is no terminal, or there is
/// only one thing to do.
class Progress final {
 public:
  explicit Progress(std::size_t total);
  ~Progress() { hide(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// One more is done; shows the line.
  void advance();
  /// Before something else is written.
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
