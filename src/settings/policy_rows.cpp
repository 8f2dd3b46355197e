#include "settings/policy_rows.hpp"

#include <fmt/format.h>

#include <array>

#include "settings/engine.hpp"
#include "settings/marking_kinds.hpp"

namespace settings {
namespace {

// In the order of ScorePolicy, and of QuotaExhausted.
constexpr auto score_policies = std::to_array<std::string_view>({"replace", "raise_only", "keep"});
constexpr auto quota_policies = std::to_array<std::string_view>({"fail", "wait"});

}  // namespace

std::vector<Row> policy_rows(const source::Product& product, Policies& policies) {
  return {
      {
          .name = setting(product, "MAX_PAP"),
          .title = "Max PAP",
          .kind = pap_level(into(policies.max_pap)),
          .default_value = "PAP:AMBER",
          .description =
              fmt::format("An observable with a more restrictive PAP marking is not sent to {}. "
                          "PAP:RED forbids asking a third party.",
                          product.source),
      },
      {
          .name = setting(product, "SCORE_POLICY"),
          .title = "Score policy",
          .kind = choice(score_policies, into(policies.score_policy)),
          .default_value = "replace",
          .description =
              "What happens to the score that an observable already has: replaced, replaced "
              "by a higher one only, or kept. The same applies to related observables "
              "that the platform already has.",
      },
      {
          .name = setting(product, "QUOTA_EXHAUSTED"),
          .title = "When the quota is exhausted",
          .kind = choice(quota_policies, into(policies.quota_exhausted)),
          .default_value = "fail",
          .description =
              fmt::format("What automatic requests do when the daily quota of {} is exhausted: "
                          "fail, with a text that says when lookups resume, or wait in the queue "
                          "until then. Manual requests and playbook steps overtake up to 5,000 "
                          "waiting requests (1,000 with CONNECTOR_LISTEN_PROTOCOL=api).",
                          product.source),
      },
      {
          .name = setting(product, "CACHE_PATH"),
          .title = "Cache file",
          .kind = plain_text(1, into(policies.cache_path)),
          .sample = fmt::format("/var/lib/{}/cache.db", product.program),
          .description =
              "File for answers, for the request count of the day, and for results that are not "
              "yet known to be imported. Its folder must exist; each connector needs its own file. "
              "By default, all of this is in memory: a restart costs requests, and after a crash, "
              "results that the platform drops are lost.",
      },
      {
          .name = setting(product, "FRESH_FOR_MANUAL"),
          .title = "Fresh for manual requests",
          .kind = boolean(into(policies.fresh_for_manual)),
          .default_value = "false",
          .description =
              fmt::format("Whether a manual request is looked up at {} even if the answer is "
                          "cached. Each then costs a request; the new answer is cached.",
                          product.source),
      },
  };
}

}  // namespace settings
