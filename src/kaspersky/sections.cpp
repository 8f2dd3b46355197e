#include "kaspersky/sections.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "text/ascii.hpp"

namespace kaspersky {
namespace {

using Names = std::span<const std::string_view>;

// The first three of each list are the mandatory ones.
constexpr std::size_t mandatory_count = 3;

constexpr auto hash_sections = std::to_array<std::string_view>({
    "LicenseInfo",
    "Zone",
    "FileGeneralInfo",
    "RelatedObjects",
    "DetectionsInfo",
    "FileNames",
    "FilePaths",
    "FileCertificates",
    "FileParentCertificates",
    "FileDownloadedFromUrls",
    "FileAccessedUrls",
    "FileStartedObjects",
    "FileStartedBy",
    "FileDownloadedObjects",
    "FileDownloadedBy",
    "Industries",
});
constexpr auto ip_sections = std::to_array<std::string_view>({
    "LicenseInfo",
    "Zone",
    "IpGeneralInfo",
    "RelatedObjects",
    "IpWhoIs",
    "IpDnsResolutions",
    "FilesDownloadedFromIp",
    "HostedUrls",
    "Industries",
});
constexpr auto domain_sections = std::to_array<std::string_view>({
    "LicenseInfo",
    "Zone",
    "DomainGeneralInfo",
    "RelatedObjects",
    "DomainWhoIsInfo",
    "DomainDnsResolutions",
    "FilesDownloaded",
    "FilesAccessed",
    "Subdomains",
    "UrlReferrals",
    "UrlReferredTo",
    "FeedMasks",
    "Industries",
});
constexpr auto url_sections = std::to_array<std::string_view>({
    "LicenseInfo",
    "Zone",
    "UrlGeneralInfo",
    "RelatedObjects",
    "UrlDomainWhoIs",
    "DomainDnsResolutions",
    "FilesDownloaded",
    "FilesAccessed",
    "UrlReferrals",
    "UrlReferredTo",
    "FeedMasks",
    "Industries",
});

}  // namespace

std::string_view name_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::hash:
      return "hash";
    case ObjectKind::ip:
      return "ip";
    case ObjectKind::domain:
      return "domain";
    case ObjectKind::url:
      break;
  }
  return "url";
}

Names known_sections(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::hash:
      return hash_sections;
    case ObjectKind::ip:
      return ip_sections;
    case ObjectKind::domain:
      return domain_sections;
    case ObjectKind::url:
      break;
  }
  return url_sections;
}

Names mandatory_sections(ObjectKind kind) { return known_sections(kind).first(mandatory_count); }

std::optional<std::string_view> canonical_section(ObjectKind kind, std::string_view name) {
  for (const auto known : known_sections(kind)) {
    if (text::equal_ignoring_case(known, name)) return known;
  }
  return std::nullopt;
}

std::vector<std::string> with_mandatory_sections(ObjectKind kind,
                                                 const std::vector<std::string>& names) {
  const auto first = mandatory_sections(kind);
  std::vector<std::string> out(first.begin(), first.end());
  for (const auto& name : names) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

}  // namespace kaspersky
