// The names of keys that replicas share on a server, without the prefix of the connector. A name
// that ends with a colon is itself a prefix.
#pragma once

#include <string>
#include <string_view>

namespace storage::keys {

/// kaspersky::SharedAnswers: a hash for each answer (`key`, `at` in seconds, `size`, `stamp`,
/// `text`), by the digest of its key. `ages` orders digests by `at`, `sizes` has the size of each,
/// and `answers` their sum.
constexpr std::string_view answer = "answer:";
constexpr std::string_view ages = "ages";
constexpr std::string_view sizes = "sizes";
constexpr std::string_view answers = "answers";
/// The replica whose lookup is in flight, by the digest of the key.
constexpr std::string_view asking = "asking:";

/// kaspersky::SharedLedger: a hash for each day (`ours`, `all`, and a field for each replica with
/// its number of requests), by days since 1970.
constexpr std::string_view requests = "requests:";
constexpr std::string_view quota = "quota";

/// runtime::SharedAttempts: a hash for each message (`count`, `reason`, and a field for each
/// replica that has begun the message), by the digest of its body.
constexpr std::string_view attempt = "attempt:";

/// runtime::SharedPlaybooks: a hash for each step (`step`, `answered`, `changed`), by the digest of
/// its name.
constexpr std::string_view step = "step:";

/// runtime::SharedSent: a hash for each result, by its key; `sent-due` orders keys by the time of
/// their next check, `sent-bytes` is the sum of sizes, and each work has a set of its results.
constexpr std::string_view sent = "sent:";
constexpr std::string_view sent_due = "sent-due";
constexpr std::string_view sent_bytes = "sent-bytes";
constexpr std::string_view sent_by = "sent-by:";
/// A hash for each message with a result: `bundles` until it is sent, then `sent`, and `announced`
/// if it was announced on its work.
constexpr std::string_view content = "content:";

/// Replicas: `alive` orders ids by the end of their leases; `about` and `oldest` are hashes by id,
/// `notes` by subject.
constexpr std::string_view alive = "alive";
constexpr std::string_view about = "about";
constexpr std::string_view oldest = "oldest";
constexpr std::string_view notes = "notes";

/// kaspersky::SharedPace: the next free slot, in microseconds.
constexpr std::string_view pace = "pace";

[[nodiscard]] inline std::string named(std::string_view beginning, std::string_view end) {
  return std::string(beginning).append(end);
}

}  // namespace storage::keys
