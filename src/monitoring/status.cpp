#include "monitoring/status.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "net/http/client.hpp"
#include "source/outcome.hpp"
#include "text/time.hpp"

namespace monitoring {
namespace {

using nlohmann::json;
using Time = std::chrono::system_clock::time_point;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

json quota(const source::Quota& quota) {
  return {{"used_here", quota.used_here},
          {"used_by_all", quota.used_by_all},
          {"limit", or_null(quota.limit)},
          {"left", or_null(quota.left)},
          {"left_for_automatic", or_null(quota.left_for_automatic)},
          {"resets", text::timestamp_ms(quota.resets)},
          {"token_expires",
           quota.token_expires ? json(text::timestamp_ms(*quota.token_expires)) : json()}};
}

json enrichment(const source::Product& product, const About& about, const runtime::Ended& ended) {
  json out{{"at", text::timestamp_ms(ended.at)},
           {"took_ms", ended.took.count()},
           {"mode", name_of(ended.mode)},
           {"entity_id", ended.entity_id.text()},
           {"entity_type", ended.entity_type},
           {"value", ended.value},
           {"kind", ended.kind},
           {product.ratings.word, ended.rating},
           {"outcome", source::name_of(ended.outcome)},
           {"text", ended.text},
           {"in_error", source::failed(ended.outcome)},
           {"opencti_page", nullptr}};
  auto& source_page = out[fmt::format("{}_page", word_of_source(product))] = nullptr;
  if (!ended.entity_id.empty()) {
    out["opencti_page"] = fmt::format("{}/dashboard/id/{}", about.opencti_url,
                                      net::percent_encode(ended.entity_id.text()));
  }
  const bool whole = !ended.value.ends_with(Journal::ellipsis);
  if (!ended.value.empty() && whole && about.page_about) {
    auto page = about.page_about(ended.value);
    if (!page.empty()) source_page = std::move(page);
  }
  return out;
}

json trouble(const Journal::Trouble& trouble) {
  return {{"level", trouble.error ? "error" : "warning"},
          {"message", trouble.message},
          {"reason", trouble.reason},
          {"advice", trouble.advice},
          {"count", trouble.count},
          {"first", text::timestamp_ms(trouble.first)},
          {"last", text::timestamp_ms(trouble.last)}};
}

json latency(const Journal::Latency& latency) {
  return {{"count", latency.count},
          {"p50_ms", latency.median.count()},
          {"p95_ms", latency.p95.count()},
          {"p99_ms", latency.p99.count()},
          {"max_ms", latency.longest.count()}};
}

json replicas(const Replicas& replicas) {
  json others = json::array();
  for (const auto& other : replicas.others) {
    others.push_back({{"name", other.name}, {"started", text::timestamp_ms(other.started)}});
  }
  return {{"name", replicas.name}, {"others", std::move(others)}};
}

json parts(const Readiness& readiness) {
  json out = json::array();
  for (const auto& part : readiness.parts) {
    out.push_back({{"name", part.name}, {"state", part.state}, {"detail", part.detail}});
  }
  return out;
}

}  // namespace

json readiness_document(const Readiness& readiness) {
  return {{"ready", readiness.ready}, {"parts", parts(readiness)}};
}

json status_document(const source::Product& product, const About& about, const Snapshot& snapshot,
                     const Journal::Contents& contents) {
  const auto ready = readiness(snapshot);
  json minutes = json::array();
  for (const auto& minute : contents.minutes) {
    minutes.push_back({{"begins", text::timestamp_ms(minute.begins)},
                       {"done", minute.done},
                       {"failed", minute.failed}});
  }
  json enrichments = json::array();
  for (const auto& ended : contents.enrichments)
    enrichments.push_back(enrichment(product, about, ended));
  json outcomes = json::object();
  for (const auto& [outcome, count] : contents.outcomes) outcomes[source::name_of(outcome)] = count;
  json troubles = json::array();
  for (const auto& each : contents.troubles) troubles.push_back(trouble(each));
  return {{"connector", {{"id", about.id}, {"name", about.name}, {"version", product.version}}},
          {"source", {{"name", word_of_source(product)}, {"label", product.source}}},
          {"at", text::timestamp_ms(snapshot.at)},
          {"started", text::timestamp_ms(snapshot.started)},
          {"ready", ready.ready},
          {"stopping", snapshot.stopping},
          {"replicas", snapshot.replicas ? replicas(*snapshot.replicas) : json()},
          {"parts", parts(ready)},
          {"queued", or_null(snapshot.queued)},
          {"waiting", snapshot.waiting},
          {"deferred", snapshot.deferred},
          {"not_seen_imported", snapshot.not_seen_imported},
          {"under_way", snapshot.under_way},
          {"breaker", snapshot.source.breaker.empty() ? json() : json(snapshot.source.breaker)},
          {"quota", snapshot.source.quota ? quota(*snapshot.source.quota) : json()},
          {fmt::format("{}s", product.ratings.word), contents.ratings},
          {"outcomes", std::move(outcomes)},
          {"minutes", std::move(minutes)},
          {"latency", latency(contents.latency)},
          {"enrichments", std::move(enrichments)},
          {"troubles", std::move(troubles)}};
}

std::string written(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace monitoring
