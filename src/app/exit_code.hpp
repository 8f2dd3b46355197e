// The exit codes of the program, from sysexits.h where it defines one.
#pragma once

#include <array>
#include <string_view>

namespace app {

enum class ExitCode : int {
  /// Done, or stopped on request: unfinished messages will be delivered again.
  ok = 0,
  /// An operation failed. For `run`: it did not stop in time, or messages are lost that were only
  /// in memory, or whose queue was deleted.
  failed = 1,
  /// The command line is wrong.
  usage = 64,
  /// The given value cannot be looked up.
  bad_value = 65,
  /// The source is unavailable now.
  unavailable = 69,
  /// The settings are wrong.
  configuration = 78,
  /// Ended by SIGINT and SIGTERM.
  interrupted = 130,
  terminated = 143,
};

/// As in shells: 128 plus the signal's number.
[[nodiscard]] constexpr ExitCode ended_by(int signal) {
  constexpr int first = 128;
  return static_cast<ExitCode>(first + signal);
}

struct ExitCodeMeaning {
  int code;
  std::string_view meaning;
};

/// The table in help and manual page; `{source}` stands for the name of the source.
inline constexpr auto exit_code_meanings = std::to_array<ExitCodeMeaning>({
    {0, "done; run: stopped on request"},
    {1, "something failed; run: it did not stop in time, or messages were lost"},
    {64, "the command line is wrong"},
    {65,
     "lookup: a value is not a hash, address, domain or URL, or a saved answer cannot be read or "
     "is about another value"},
    {69, "lookup: {source} does not answer or rejects the key, or the daily quota is exhausted"},
    {78, "the configuration is invalid, or a file or port that it names cannot be used"},
    {130, "ended by SIGINT; run: only as the second signal"},
    {143, "ended by SIGTERM; run: only as the second signal"},
});

}  // namespace app
