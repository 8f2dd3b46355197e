// Kaspersky TIP as a source: what to ask about an observable, and what an answer means for it.
#pragma once

#include <string_view>

#include "enrichment/options.hpp"
#include "enrichment/question.hpp"
#include "kaspersky/lookup.hpp"
#include "source/source.hpp"
#include "telemetry/metrics.hpp"

namespace tip {

struct TipSourceOptions {
  enrichment::Options enrichment;
  /// Asking Kaspersky with all that belongs to it: cache, others who ask the same, pace, retries.
  telemetry::Histogram lookup = {};
  /// The answer into STIX.
  telemetry::Histogram conversion = {};
};

class TipSource final : public source::Source {
 public:
  /// @param lookup must outlive this object
  TipSource(TipSourceOptions options, kaspersky::Lookup& lookup);

  [[nodiscard]] std::string_view name() const override;
  [[nodiscard]] source::Verdict enrich(const source::Request& request,
                                       const net::Deadline& deadline) override;

 private:
  const TipSourceOptions options_;
  kaspersky::Lookup& lookup_;
};

/// What enrich() would return if this text were Kaspersky's answer. Asks nobody; what is not worth
/// a request is judged as well.
[[nodiscard]] source::Verdict judge_saved_answer(std::string_view answer,
                                                 const source::Request& request,
                                                 const enrichment::Options& options);

}  // namespace tip
