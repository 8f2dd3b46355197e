#include "storage/transfer.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "storage/shared_keys.hpp"
#include "text/digest.hpp"

namespace storage {
namespace {

// KEYS: answer, ages, sizes, sum. ARGV: key, digest, at, size, whether there is a text, text,
// maximum age in seconds, stamp. -> whether the answer was stored
constexpr Script take_answer{R"(
local now = tonumber(redis.call('TIME')[1])
local at = math.min(tonumber(ARGV[3]), now)
local left = at + ARGV[7] - now
if left <= 0 or redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'key', ARGV[1], 'at', at, 'size', ARGV[4], 'stamp', ARGV[8])
if ARGV[5] == '1' then redis.call('HSET', KEYS[1], 'text', ARGV[6]) end
redis.call('EXPIRE', KEYS[1], left + 60)
redis.call('ZADD', KEYS[2], at, ARGV[2])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
redis.call('INCRBY', KEYS[4], ARGV[4])
for i = 2, 4 do redis.call('EXPIRE', KEYS[i], ARGV[7] + 120) end
return 1
)"};

// KEYS: day, quota. ARGV: ours, all, quota or 0.
constexpr Script take_day{R"(
local day = redis.call('HMGET', KEYS[1], 'ours', 'all')
local ours = math.max(tonumber(day[1] or 0), tonumber(ARGV[1]))
local all = math.max(tonumber(day[2] or 0), tonumber(ARGV[2]), ours)
redis.call('HSET', KEYS[1], 'ours', string.format('%.0f', ours), 'all', string.format('%.0f', all))
redis.call('EXPIRE', KEYS[1], 2678400)
if ARGV[3] ~= '0' then redis.call('SET', KEYS[2], ARGV[3], 'EX', 2678400, 'NX') end
return 1
)"};

// KEYS: attempt. ARGV: count, reason.
constexpr Script take_attempt{R"(
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'count', ARGV[1], 'reason', ARGV[2])
redis.call('EXPIRE', KEYS[1], 604800)
return 1
)"};

// KEYS: step. ARGV: name, answered, whether it is changed, the change.
constexpr Script take_step{R"(
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'step', ARGV[1], 'answered', ARGV[2])
if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'changed', ARGV[4]) end
redis.call('EXPIRE', KEYS[1], 604800)
return 1
)"};

// KEYS: result, due, bytes, work. ARGV: key, work, announced, draft, applicant, entity, at, due,
// looks, bundles.
constexpr Script take_sent{R"(
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'work', ARGV[2], 'announced', ARGV[3], 'draft', ARGV[4], 'applicant', ARGV[5],
  'entity', ARGV[6], 'at', ARGV[7], 'looks', ARGV[9], 'bundles', ARGV[10], 'size', #ARGV[10])
redis.call('EXPIRE', KEYS[1], 604800)
redis.call('ZADD', KEYS[2], ARGV[8], ARGV[1])
redis.call('INCRBY', KEYS[3], #ARGV[10])
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('EXPIRE', KEYS[4], 604800)
return 1
)"};

// ARGV: prefix of names, cursor. -> {cursor, rest of the name, ...}
constexpr Script list_hashes{R"(
local found = redis.call('SCAN', ARGV[2], 'MATCH', string.gsub(ARGV[1], '([%[%]%*%?\\])', '\\%1') .. '*', 'COUNT', 200)
local out = {found[1]}
for _, key in ipairs(found[2]) do
  if redis.call('TYPE', key).ok == 'hash' then out[#out + 1] = string.sub(key, #ARGV[1] + 1) end
end
return out
)"};

// KEYS: a hash. ARGV: fields. -> their values
constexpr Script read_hash{"return redis.call('HMGET', KEYS[1], unpack(ARGV))"};

// The size of an answer apart from its text, on the server and in the file, as
// kaspersky::SharedAnswers and FileAnswers count it.
constexpr std::int64_t answer_overhead = 400;
constexpr std::size_t row_overhead = 100;
/// Maximum age of an answer, in seconds. Readers have their own maximum age.
constexpr std::int64_t longest_kept = std::int64_t{90} * 24 * 3600;

/// The transfer runs alone, in a process of its own.
constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();

using Rows = std::vector<Row>;

std::string digits(const Value& value) { return std::to_string(number(value)); }

/// Runs one step on the server for each row of the query. @returns how many rows it stored
Result<std::int64_t> take_each(Database& file, std::string_view query,
                               const std::function<Result<Reply>(const Row&)>& take) {
  const auto rows = file.run(query);
  if (!rows) return tl::unexpected(rows.error());
  std::int64_t taken = 0;
  for (const auto& row : *rows) {
    const auto done = take(row);
    if (!done) return tl::unexpected(done.error());
    taken += done->number(0, 1);
  }
  return taken;
}

/// Reads each hash with this prefix, one at a time: all together may exceed the limit of one reply.
/// @returns how many hashes `take` stored
Result<std::int64_t> each_hash(
    Redis& redis, std::string_view beginning, const std::vector<std::string>& fields,
    const std::function<Result<bool>(const std::string& name, const Reply& values)>& take) {
  std::int64_t taken = 0;
  std::string cursor = "0";
  do {
    const auto page = redis.run(list_hashes, {}, {redis.key(beginning), cursor}, any_size);
    if (!page) return tl::unexpected(page.error());
    for (std::size_t i = 1; i < page->list().size(); ++i) {
      const auto name = page->at(i).text();
      const auto key = keys::named(beginning, name);
      const auto values = redis.run(read_hash, {key}, fields, any_size);
      if (!values) return tl::unexpected(values.error());
      const auto done = take(name, *values);
      if (!done) return tl::unexpected(done.error());
      taken += *done ? 1 : 0;
    }
    cursor = page->at(0).text();
  } while (cursor != "0" && !cursor.empty());
  return taken;
}

class Import final {
 public:
  Import(Redis& redis, Database& file) : redis_(redis), file_(file) {}

  [[nodiscard]] Result<std::int64_t> answers() const {
    // One at a time: all together may not fit into memory.
    return take_each(file_, "SELECT key, stored FROM answers", [&](const Row& row) {
      const auto key = text(row[0]);
      const auto rows = file_.run("SELECT text FROM answers WHERE key = ?", {key});
      const bool known =
          rows && !rows->empty() && std::holds_alternative<std::string>(rows->front()[0]);
      const auto content = known ? text(rows->front()[0]) : std::string();
      const auto digest = text::hex(text::sha256(key));
      const auto name = keys::named(keys::answer, digest);
      const auto size = static_cast<std::int64_t>(content.size()) + answer_overhead;
      return redis_.run(take_answer, {name, keys::ages, keys::sizes, keys::answers},
                        {key, digest, digits(row[1]), std::to_string(size), known ? "1" : "0",
                         content, std::to_string(longest_kept), unique_id()});
    });
  }
  [[nodiscard]] Result<std::int64_t> days() const {
    return take_each(file_, "SELECT day, ours, total, quota FROM requests", [&](const Row& row) {
      const auto day = keys::named(keys::requests, digits(row[0]));
      return redis_.run(take_day, {day, keys::quota},
                        {digits(row[1]), digits(row[2]), digits(row[3])});
    });
  }
  [[nodiscard]] Result<std::int64_t> attempts() const {
    return take_each(file_, "SELECT key, begun, reason FROM attempts", [&](const Row& row) {
      const auto name = keys::named(keys::attempt, text(row[0]));
      return redis_.run(take_attempt, {name}, {digits(row[1]), text(row[2])});
    });
  }
  [[nodiscard]] Result<std::int64_t> steps() const {
    return take_each(file_, "SELECT step, answered, changed FROM playbook_answers",
                     [&](const Row& row) {
                       const auto step = text(row[0]);
                       const auto name = keys::named(keys::step, text::hex(text::sha256(step)));
                       const bool changed = std::holds_alternative<std::string>(row[2]);
                       return redis_.run(take_step, {name},
                                         {step, digits(row[1]), changed ? "1" : "0", text(row[2])});
                     });
  }
  [[nodiscard]] Result<std::int64_t> sent() const {
    return take_each(
        file_,
        "SELECT key, work, announced, draft, applicant, entity, at, due, looks, bundles FROM sent",
        [&](const Row& row) {
          const auto name = keys::named(keys::sent, text(row[0]));
          const auto work = keys::named(keys::sent_by, text(row[1]));
          return redis_.run(
              take_sent, {name, keys::sent_due, keys::sent_bytes, work},
              {text(row[0]), text(row[1]), digits(row[2]), text(row[3]), text(row[4]), text(row[5]),
               digits(row[6]), digits(row[7]), digits(row[8]), text(row[9])});
        });
  }

 private:
  Redis& redis_;
  Database& file_;
};

class Export final {
 public:
  Export(Redis& redis, Database& file) : redis_(redis), file_(file) {}

  [[nodiscard]] Result<std::int64_t> answers() const {
    return each(keys::answer, {"key", "at", "text"},
                [&](const std::string& /*name*/, const Reply& values) -> Result<bool> {
                  const auto key = values.at(0).text();
                  if (key.empty()) return false;
                  const auto text = values.at(2).optional_text();
                  const auto size = (text ? text->size() : 0) + 2 * key.size() + row_overhead;
                  // The triggers for the sum of sizes do not see that REPLACE removes a row.
                  const auto gone = file_.run("DELETE FROM answers WHERE key = ?", {key});
                  if (!gone) return tl::unexpected(gone.error());
                  return add("INSERT INTO answers VALUES (?, ?, ?, ?)",
                             {key, values.at(1).number(), static_cast<std::int64_t>(size),
                              text ? Value(*text) : Value()});
                });
  }
  [[nodiscard]] Result<std::int64_t> days() const {
    const auto quota = redis_.run(Script{"return redis.call('GET', KEYS[1])"}, {keys::quota}, {});
    if (!quota) return tl::unexpected(quota.error());
    const auto allowed = quota->number();
    return each(keys::requests, {"ours", "all"}, [&](const std::string& day, const Reply& values) {
      return add(
          "INSERT INTO requests VALUES (?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET "
          "ours = max(ours, excluded.ours), total = max(total, excluded.total), "
          "quota = coalesce(excluded.quota, quota)",
          {Reply{day}.number(), values.at(0).number(), values.at(1).number(),
           allowed > 0 ? Value(allowed) : Value()});
    });
  }
  [[nodiscard]] Result<std::int64_t> attempts() const {
    return each(keys::attempt, {"count", "reason"},
                [&](const std::string& key, const Reply& values) -> Result<bool> {
                  if (values.at(0).number() <= 0) return false;
                  return add("INSERT OR REPLACE INTO attempts VALUES (?, ?, ?)",
                             {key, values.at(0).number(), values.at(1).text()});
                });
  }
  [[nodiscard]] Result<std::int64_t> steps() const {
    return each(keys::step, {"step", "answered", "changed"},
                [&](const std::string& /*name*/, const Reply& values) -> Result<bool> {
                  const auto step = values.at(0).text();
                  if (step.empty()) return false;
                  const auto changed = values.at(2).optional_text();
                  return add("INSERT OR REPLACE INTO playbook_answers VALUES (?, ?, ?)",
                             {step, values.at(1).number(), changed ? Value(*changed) : Value()});
                });
  }
  [[nodiscard]] Result<std::int64_t> sent() const {
    return each(keys::sent,
                {"work", "announced", "draft", "applicant", "entity", "at", "looks", "bundles"},
                [&](const std::string& key, const Reply& values) {
                  const auto bundles = values.at(7).text();
                  return add("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                             {key, values.at(0).text(), values.at(1).number(), values.at(2).text(),
                              values.at(3).text(), values.at(4).text(), values.at(5).number(),
                              values.at(5).number(), values.at(6).number(),
                              static_cast<std::int64_t>(bundles.size()), bundles});
                });
  }

 private:
  template <class Take>
  [[nodiscard]] Result<std::int64_t> each(std::string_view beginning,
                                          const std::vector<std::string>& fields,
                                          const Take& take) const {
    return each_hash(redis_, beginning, fields, take);
  }
  [[nodiscard]] Result<bool> add(std::string_view sql, std::initializer_list<Value> values) const {
    const auto added = file_.run(sql, values);
    if (!added) return tl::unexpected(added.error());
    return true;
  }

  Redis& redis_;
  Database& file_;
};

template <class Direction>
Result<std::vector<Transferred>> all_of(const Direction& direction) {
  using Step = Result<std::int64_t> (Direction::*)() const;
  const std::pair<std::string_view, Step> steps[] = {
      {"answers", &Direction::answers},
      {"days of requests", &Direction::days},
      {"attempts", &Direction::attempts},
      {"steps of playbooks", &Direction::steps},
      {"results that were not seen imported", &Direction::sent}};
  std::vector<Transferred> out;
  for (const auto& [what, step] : steps) {
    const auto rows = (direction.*step)();
    if (!rows) return tl::unexpected(rows.error());
    out.push_back({what, *rows});
  }
  return out;
}

}  // namespace

Result<std::vector<Transferred>> import_into(Redis& redis, Database& file) {
  return all_of(Import(redis, file));
}

Result<std::vector<Transferred>> export_from(Redis& redis, Database& file) {
  return all_of(Export(redis, file));
}

}  // namespace storage
