// Messages, and a pipeline with fakes, for the tests of the pipeline.
#pragma once

#include <gmock/gmock.h>

#include "runtime/file_attempts.hpp"
#include "runtime/file_playbooks.hpp"
#include "runtime/file_sent.hpp"
#include "runtime/pipeline.hpp"
#include "support/log_lines.hpp"
#include "tip/tip_source.hpp"
#include "unit/runtime/fakes.hpp"

namespace runtime {

using namespace std::chrono_literals;
using fakes::sha256_of;
using nlohmann::json;

inline std::string message_about(int number, const char* mode = "manual") {
  const auto id = std::to_string(number);
  return json{{"internal", {{"work_id", "work_" + id}, {"mode", mode}}},
              {"event", {{"entity_id", "file--" + id}, {"entity_type", "StixFile"}}}}
      .dump();
}

/// Two requests can have this text.
inline std::string message_without_work(int number) {
  auto body = json::parse(message_about(number));
  body["internal"].erase("work_id");
  return body.dump();
}

inline std::string playbook_about(const json& object) {
  return json{
      {"internal", {{"playbook", {{"execution_id", "x"}}}}},
      {"event",
       {{"entity_id", object["id"]}, {"bundle", {{"type", "bundle"}, {"objects", {object}}}}}}}
      .dump();
}

class PipelineTest : public ::testing::Test {
 protected:
  Pipeline& start(int workers = 4) {
    return pipeline.emplace(PipelineOptions{.workers = workers}, enricher, hand_over, playbooks,
                            settler, *attempts, log);
  }
  static net::Delivery delivery(int number, bool redelivered = false) {
    return {{1, static_cast<std::uint64_t>(number)}, message_about(number), redelivered};
  }

  static std::string key_of(int number) { return Attempts::key_of(message_about(number)); }
  /// Simulates an earlier delivery of this message whose result was sent.
  void keep_as_sent(int number, std::int64_t objects) {
    ASSERT_TRUE(sent.keep({.key = key_of(number),
                           .work_id = opencti::WorkId("work_" + std::to_string(number)),
                           .announced = objects}));
  }
  /// Simulates attempts in which the process crashed.
  void begun_earlier(const std::string& body, std::int64_t count,
                     std::string_view reason = "it died") {
    ASSERT_TRUE(store.run("INSERT INTO attempts VALUES (?, ?, ?)",
                          {Attempts::key_of(body), count, std::string(reason)}));
    attempts.emplace(store, log);
  }

  fakes::Journal journal;
  fakes::FakePlatform platform{journal};
  fakes::FakeLookup lookup{journal};
  fakes::FakeOutput output{journal};
  fakes::FakeSettler settler{journal};
  support::LogLines lines;
  telemetry::Log log = lines.log();
  storage::Database store{storage::DatabaseOptions{}, log};
  std::optional<FileAttempts> attempts{std::in_place, store, log};
  FileSent sent{{}, store, log};
  FilePlaybooks ledger{store, log};
  tip::TipSource tip_source{{}, lookup};
  Enricher enricher{{.scope = {"StixFile"}}, platform, tip_source};
  std::atomic<int> renewals = 0;
  Patience patience{settler, {.between = {1ms, 2ms}}};
  HandOver hand_over{{platform, output, patience, sent, [this] { ++renewals; }}};
  /// Takes each query of a work for outdated.
  HandOver distrustful{{platform, output, patience, sent, [] {}, -1ms}};
  PlaybookAnswer playbooks{{platform, patience, ledger, {1ms, 2ms}}};
  std::optional<Pipeline> pipeline;
};

}  // namespace runtime
