// Kaspersky TIP as a source: makes the lookup for an observable, and converts the answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "enrichment/options.hpp"
#include "enrichment/question.hpp"
#include "kaspersky/lookup.hpp"
#include "source/answer_memory.hpp"
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
  /// With its own chain of lookups.
  /// @param chain its metric handles are set by this constructor
  /// @param store must outlive this object
  TipSource(TipSourceOptions options, LookupChainOptions chain, storage::Database& store,
            const telemetry::Log& log, const storage::Shared* shared = nullptr);
  /// Without a chain there is no state of the service, and check() is skipped.
  /// @param lookup must outlive this object
  TipSource(TipSourceOptions options, kaspersky::Lookup& lookup);

  [[nodiscard]] std::string_view name() const override;
  [[nodiscard]] source::Verdict enrich(const source::Request& request,
                                       const net::Deadline& deadline) override;
  [[nodiscard]] source::SourceState state() const override;
  void update_metrics() override;
  void stop() override;
  /// The page in Kaspersky's portal.
  [[nodiscard]] std::string page_about(std::string_view value) const override;

  [[nodiscard]] source::CheckResult check(const net::Deadline& deadline) override;
  [[nodiscard]] source::Summary summarize(const source::Verdict& verdict) const override;
  [[nodiscard]] std::optional<source::RequestsToday> requests_today(
      source::Counted counted) override;

 private:
  [[nodiscard]] kaspersky::Outcome read(std::string_view answer,
                                        const net::Deadline& deadline) const;

  const TipSourceOptions options_;
  const source::AnswerMemory memory_;
  const Metrics metrics_;
  const std::unique_ptr<LookupChain> chain_;
  kaspersky::Lookup& lookup_;
};

/// What enrich() would return if this text were Kaspersky's answer. Sends no request; also for an
/// observable that is not worth a request.
[[nodiscard]] source::Verdict judge_saved_answer(std::string_view answer,
                                                 const source::Request& request,
                                                 const enrichment::Options& options);

}  // namespace tip
