#include "storage/migrations.hpp"

namespace storage {
namespace {

/// IF NOT EXISTS: files without a version may have any of these tables already.
Migration first_tables() {
  return {
      .change = "answers, requests, attempts, inbox",
      .statements = {
          // Cached answers (kaspersky::AnswerCache). Triggers update the sum of their sizes: adding
          // up all sizes for each answer would become slower with their number.
          R"(CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, stored INTEGER NOT NULL, size INTEGER NOT NULL, text BLOB))",
          "CREATE INDEX IF NOT EXISTS answers_by_age ON answers (stored)",
          R"(CREATE TABLE IF NOT EXISTS answers_size (id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL))",
          "INSERT OR IGNORE INTO answers_size VALUES (0, 0)",
          R"(CREATE TRIGGER IF NOT EXISTS answers_added AFTER INSERT ON answers BEGIN UPDATE answers_size SET bytes = bytes + new.size; END)",
          R"(CREATE TRIGGER IF NOT EXISTS answers_removed AFTER DELETE ON answers BEGIN UPDATE answers_size SET bytes = bytes - old.size; END)",
          // The day's count of requests (kaspersky::RequestLedger).
          R"(CREATE TABLE IF NOT EXISTS requests (day INTEGER PRIMARY KEY, ours INTEGER NOT NULL, total INTEGER NOT NULL, quota INTEGER))",
          // How often a message was begun (runtime::Attempts).
          "CREATE TABLE IF NOT EXISTS attempts (key TEXT PRIMARY KEY, begun INTEGER, reason TEXT)",
          // Messages accepted over HTTP (runtime::Inbox).
          R"(CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, body TEXT, settled INTEGER))"}};
}

/// Answers to steps of playbooks (runtime::PlaybookLedger).
Migration playbook_answers() {
  return {
      .change = "playbook answers",
      .statements = {
          R"(CREATE TABLE playbook_answers (step TEXT PRIMARY KEY, answered INTEGER, changed TEXT))"}};
}

/// Results whose import was not seen yet (runtime::SentResults).
Migration sent_results() {
  return {
      .change = "sent results",
      .statements = {
          R"(CREATE TABLE sent (key TEXT PRIMARY KEY, work TEXT, announced INTEGER, draft TEXT, applicant TEXT, entity TEXT, at INTEGER, due INTEGER, looks INTEGER, size INTEGER, bundles TEXT))",
          "CREATE INDEX sent_by_due ON sent (due)", "CREATE INDEX sent_by_work ON sent (work)"}};
}

/// Parts of long messages accepted over HTTP (runtime::Inbox); the row in `inbox` has an empty
/// body.
Migration inbox_parts() {
  return {.change = "accepted messages in parts",
          .statements = {"CREATE TABLE inbox_parts (digest TEXT NOT NULL, part INTEGER NOT NULL, "
                         "bytes BLOB NOT NULL, PRIMARY KEY (digest, part)) WITHOUT ROWID"}};
}

/// Marks messages accepted over HTTP that were too large: only their beginning is kept.
Migration inbox_cut() {
  return {.change = "accepted messages without their end",
          .statements = {"ALTER TABLE inbox ADD COLUMN cut INTEGER NOT NULL DEFAULT 0"}};
}

}  // namespace

std::vector<Migration> migrations() {
  return {first_tables(), playbook_answers(), sent_results(), inbox_parts(), inbox_cut()};
}

std::vector<std::string> unmarked_tables() {
  return {"answers", "answers_size", "requests", "attempts", "inbox"};
}

}  // namespace storage
