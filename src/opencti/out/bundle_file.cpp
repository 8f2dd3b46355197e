#include "opencti/out/bundle_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "stix/bundle.hpp"
#include "stix/ids.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

constexpr std::string_view file_extension = ".json";

/// `-dddddddd-dddddd-d….d…`
bool is_time(std::string_view text) {
  constexpr std::string_view pattern = "-dddddddd-dddddd-";
  if (text.size() <= pattern.size()) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == 'd' ? !digit(text[i]) : text[i] != pattern[i]) return false;
  }
  const auto seconds = text.substr(pattern.size());
  return digit(seconds.front()) && digit(seconds.back()) &&
         std::count(seconds.begin(), seconds.end(), '.') <= 1 &&
         std::all_of(seconds.begin(), seconds.end(), [&](char c) { return digit(c) || c == '.'; });
}

}  // namespace

std::string file_prefix(std::string_view connector_name) {
  std::string prefix;
  for (const char c : connector_name) {
    if (c >= 'A' && c <= 'Z') {
      prefix += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-') {
      prefix += c;
    } else {
      prefix += '_';
    }
  }
  return prefix;
}

std::string file_name(std::string_view prefix, std::chrono::system_clock::time_point time) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  const auto since = duration_cast<microseconds>(time.time_since_epoch()).count();
  constexpr auto in_a_second = microseconds::period::den;
  return fmt::format("{}-{:%Y%m%d-%H%M%S}-{}.{:06}{}", prefix,
                     fmt::localtime(std::chrono::system_clock::to_time_t(time)),
                     since / in_a_second, since % in_a_second, file_extension);
}

bool is_own_file(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(file_extension)) return false;
  name.remove_prefix(prefix.size());
  name.remove_suffix(std::min(name.size(), file_extension.size()));
  return is_time(name);
}

configuration::Kind retention_days(std::chrono::hours& retention) {
  constexpr int longest = 36'500;
  return configuration::integer(0, longest,
                                [&retention](int count) { retention = std::chrono::days(count); });
}

BundleFiles::BundleFiles(const Identity& identity, std::string bundle_type)
    : prefix_(file_prefix(identity.name)),
      bundle_type_(std::move(bundle_type)),
      connector_({{"id", identity.id},
                  {"name", identity.name},
                  {"type", "INTERNAL_ENRICHMENT"},
                  {"scope", fmt::format("{}", fmt::join(identity.scope, ","))},
                  {"auto", identity.automatic},
                  // Results that must be validated are not copied.
                  {"validate_before_import", false}}) {}

void BundleFiles::use(const Registration& registration) {
  const std::lock_guard lock(mutex_);
  user_id_ = registration.user_id;
}

BundleFile BundleFiles::file_of(const Parcel& parcel) const {
  stix::Bundle bundle;
  for (const auto& object : parcel.objects) bundle.add(object);
  nlohmann::json document{{"bundle_type", bundle_type_},
                          {"applicant_id", parcel.applicant_id},
                          {"connector", connector_},
                          {"entities_types", nullptr},
                          {"bundle", bundle.to_json(stix::random_id("bundle"))},
                          {"update", false}};
  if (parcel.applicant_id.empty()) {
    const std::lock_guard lock(mutex_);
    document["applicant_id"] = user_id_;
  }
  return {.name = file_name(prefix_, parcel.made), .text = text::dump_json(document)};
}

}  // namespace opencti
