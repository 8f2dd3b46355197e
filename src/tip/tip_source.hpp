// Kaspersky TIP as a source: what to ask about an observable, and what an answer means for it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "enrichment/options.hpp"
#include "enrichment/question.hpp"
#include "kaspersky/lookup.hpp"
#include "source/metrics.hpp"
#include "source/source.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"
#include "tip/lookup_chain.hpp"
#include "tip/metrics.hpp"

namespace tip {

struct TipSourceOptions {
  enrichment::Options enrichment;
  source::Metrics metrics = {};
};

class TipSource final : public source::Source {
 public:
  /// On a chain of lookups of its own.
  /// @param chain its handles of metrics are put in here
  /// @param store must outlive this object
  TipSource(TipSourceOptions options, LookupChainOptions chain, storage::Database& store,
            const telemetry::Log& log, const storage::Shared* shared = nullptr);
  /// Without a chain nothing is told of the service's state, and there is nothing to check.
  /// @param lookup must outlive this object
  TipSource(TipSourceOptions options, kaspersky::Lookup& lookup);

  [[nodiscard]] std::string_view name() const override;
  [[nodiscard]] source::Verdict enrich(const source::Request& request,
                                       const net::Deadline& deadline) override;
  [[nodiscard]] source::SourceState state() const override;
  void update_metrics() override;
  void stop() override;
  /// In Kaspersky's portal.
  [[nodiscard]] std::string page_about(std::string_view value) const override;

  [[nodiscard]] source::CheckResult check(const net::Deadline& deadline) override;
  [[nodiscard]] source::Summary summarize(const source::Verdict& verdict) const override;
  [[nodiscard]] std::optional<source::RequestsToday> requests_today(
      source::Counted counted) override;

 private:
  const TipSourceOptions options_;
  const Metrics metrics_;
  const std::unique_ptr<LookupChain> chain_;
  kaspersky::Lookup& lookup_;
};

/// What enrich() would return if this text were Kaspersky's answer. Asks nobody; what is not worth
/// a request is judged as well.
[[nodiscard]] source::Verdict judge_saved_answer(std::string_view answer,
                                                 const source::Request& request,
                                                 const enrichment::Options& options);

}  // namespace tip
