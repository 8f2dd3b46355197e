#include "kaspersky/related.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "kaspersky/hash.hpp"
#include "text/number.hpp"

namespace kaspersky {
namespace {

using enum RelatedKind;
using enum source::Direction;

constexpr auto fields = std::to_array<RelatedField>({
    {"FileDownloadedFromUrls", "Url", url, "related-to", from_observable},
    {"FileAccessedUrls", "Url", url, "related-to", from_observable},
    {"FileStartedObjects", "Md5", file, "related-to", from_observable},
    {"FileStartedBy", "Md5", file, "related-to", to_observable},
    {"FileDownloadedObjects", "Md5", file, "downloads", from_observable},
    {"FileDownloadedBy", "Md5", file, "downloads", to_observable},
    {"IpDnsResolutions", "Domain", domain, "resolves-to", to_observable},
    {"FilesDownloadedFromIp", "Md5", file, "related-to", from_observable},
    {"FilesDownloadedFromIp", "Url", url, "related-to", from_observable, false},
    {"HostedUrls", "Url", url, "related-to", from_observable},
    {"DomainDnsResolutions", "Ip", ip, "resolves-to", from_observable},
    {"FilesDownloaded", "Md5", file, "related-to", from_observable},
    {"FilesDownloaded", "Url", url, "related-to", from_observable, false},
    {"FilesAccessed", "Md5", file, "communicates-with", to_observable},
    {"Subdomains", "Subdomain", domain, "related-to", from_observable},
    {"UrlReferrals", "Url", url, "related-to", to_observable},
    {"UrlReferredTo", "Url", url, "related-to", from_observable},
});

// Different sections use different names for this field.
constexpr auto hits = std::to_array<std::string_view>(
    {"HitsCount", "DownloadHitsCount", "AccessHitsCount", "UrlHitsCount"});
constexpr auto last_dates =
    std::to_array<std::string_view>({"LastSeen", "LastDownloadDate", "LastStartDate"});

// `2026-01-15`, the beginning of a date.
constexpr std::size_t day_length = 10;

void remark(RelatedObject& object, const FieldReader& row, std::string_view field,
            std::string_view words) {
  if (auto text = row.text(field); !text.empty()) {
    object.remarks.push_back(fmt::format("{} {}", words, text));
  }
}

/// `1,000 hits`, `1 hit`.
std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", text::grouped(count), noun, count == 1 ? "" : "s");
}

void remark_count(RelatedObject& object, const FieldReader& row, std::string_view field,
                  std::string_view noun) {
  if (const auto count = row.count(field)) object.remarks.push_back(counted(*count, noun));
}

void describe(RelatedObject& object, const FieldReader& row) {
  object.zone = row.zone("Zone");
  object.name = row.text("Name");
  remark(object, row, "DetectionName", "detected as");
  remark(object, row, "Location", "location");
  remark(object, row, "Path", "path");
  for (const auto field : hits) remark_count(object, row, field, "hit");
  if (const auto score = row.count("ThreatScore")) {
    object.remarks.push_back(fmt::format("threat score {}", *score));
  }
  if (const auto peak = row.count("DailyPeak")) {
    object.remarks.push_back("daily peak " + counted(*peak, "hit"));
  }
  remark_count(object, row, "FilesCount", "file");
  if (const auto peak = row.date("PeakDate"); !peak.empty()) {
    object.remarks.push_back("peak on " + peak.substr(0, day_length));
  }
  if (auto categories = row.joined("Categories"); !categories.empty()) {
    object.remarks.push_back(std::move(categories));
  }
}

RelatedObject read_object(const FieldReader& row, const RelatedField& field) {
  RelatedObject object;
  object.value = field.kind == file ? row.hash(field.field, md5_length) : row.text(field.field);
  if (object.value.empty()) return object;
  object.first_seen = row.date("FirstSeen");
  for (const auto name : last_dates) {
    if (object.last_seen.empty()) object.last_seen = row.date(name);
  }
  if (field.described) describe(object, row);
  if (field.kind == url && field.described) remark(object, row, "Domain", "domain");
  return object;
}

}  // namespace

std::span<const RelatedField> related_fields() { return fields; }

std::vector<RelatedObjects> read_related(const FieldReader& answer) {
  std::vector<RelatedObjects> all;
  for (const auto& field : fields) {
    RelatedObjects section{field, {}};
    for (const auto& row : answer.rows(field.section)) {
      auto object = read_object(row, field);
      if (!object.value.empty()) section.objects.push_back(std::move(object));
    }
    if (!section.objects.empty()) all.push_back(std::move(section));
  }
  return all;
}

}  // namespace kaspersky
