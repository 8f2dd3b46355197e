// All metrics, as one table: what is registered, documented and tested comes from it.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app {

enum class InstrumentKind { counter, gauge, histogram };

inline constexpr std::size_t most_labels = 3;
/// In place of a label's name: the full name of the metric, as pycti's client names it.
inline constexpr std::string_view own_name = "(own-name)";

struct Instrument {
  /// Without what the settings put before it.
  std::string_view name;
  InstrumentKind kind = InstrumentKind::counter;
  /// One sentence, without a full stop.
  std::string_view help;
  /// Empty from the end on.
  std::array<std::string_view, most_labels> labels = {};
  /// Only there while it is known.
  bool optional = false;
  /// A name that all programs use: nothing is put before it.
  bool common = false;
};

[[nodiscard]] std::span<const Instrument> instrument_table();

/// `counter`, `gauge`, `histogram`.
[[nodiscard]] std::string_view name_of(InstrumentKind kind);

/// Those that are not empty.
[[nodiscard]] std::vector<std::string_view> labels_of(const Instrument& instrument);

/// Upper bounds of the buckets of all histograms, in seconds: from an answer that is remembered to
/// a message that waits an outage out.
[[nodiscard]] std::span<const double> bucket_bounds();

/// docs/metrics.md.
[[nodiscard]] std::string metrics_md();

/// One line for each: `name kind label,label`.
[[nodiscard]] std::string metrics_list();

}  // namespace app
