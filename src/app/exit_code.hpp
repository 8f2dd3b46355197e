// How the program ends, for those who start it. Numbers from sysexits.h where it has one.
#pragma once

namespace app {

enum class ExitCode : int {
  /// Done, or stopped on request with everything that was begun finished.
  ok = 0,
  /// Stopped on request, but something that was begun could not be finished in time. Nothing is
  /// lost:
  /// it will be delivered again.
  unfinished = 1,
  /// The command line is wrong.
  usage = 64,
  /// The settings are wrong.
  configuration = 78,
};

}  // namespace app
