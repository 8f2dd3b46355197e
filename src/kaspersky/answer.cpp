#include "kaspersky/answer.hpp"

#include <unordered_set>

#include "kaspersky/field_reader.hpp"
#include "kaspersky/hash.hpp"

namespace kaspersky {
namespace {

LicenseInfo read_license(const FieldReader& in) {
  return {
      .day_requests = in.count("DayRequests"),
      .day_quota = in.count("DayQuota"),
      .token_expiration_date = in.text("TokenExpirationDate"),
  };
}

/// @param root the whole answer, which in some answers has the lists
void read_categories(const FieldReader& in, const FieldReader& root, GeneralInfo& general) {
  general.categories = (in.has("Categories") ? in : root).texts("Categories");
  std::unordered_set<std::string> seen(general.categories.begin(), general.categories.end());
  std::set<std::string> threats;
  const auto& zoned = in.has("CategoriesWithZone") ? in : root;
  for (const auto& row : zoned.rows("CategoriesWithZone")) {
    auto name = row.text("Name");
    if (name.empty()) continue;
    if (const auto zone = row.zone("Zone")) {
      const bool harmless = zone == Zone::grey || zone == Zone::green;
      (harmless ? general.harmless_categories : threats).insert(name);
    }
    if (seen.insert(name).second) general.categories.push_back(std::move(name));
  }
  for (const auto& name : threats) general.harmless_categories.erase(name);
}

std::vector<Report> read_reports(const FieldReader& in) {
  std::vector<Report> out;
  std::unordered_set<std::string> seen;
  for (const auto& row : in.rows("RelatedAptReports")) {
    Report report{row.text("Id"), row.text("Title")};
    const auto& name = report.id.empty() ? report.title : report.id;
    if (!name.empty() && seen.insert(name).second) out.push_back(std::move(report));
  }
  return out;
}

GeneralInfo read_general(const FieldReader& in, const FieldReader& root) {
  GeneralInfo general;
  read_categories(in, root, general);
  general.has_apt = in.flag("HasApt");
  general.reports = read_reports(in);
  general.first_seen = in.date("FirstSeen");
  general.last_seen = in.date("LastSeen");
  return general;
}

FileGeneralInfo read_file(const FieldReader& in) {
  return {
      .md5 = in.hash("Md5", md5_length),
      .sha1 = in.hash("Sha1", sha1_length),
      .sha256 = in.hash("Sha256", sha256_length),
      .size = in.count("Size"),
  };
}

std::vector<std::string> read_file_names(const FieldReader& answer) {
  std::vector<std::string> out;
  std::unordered_set<std::string> seen;
  for (const auto& row : answer.rows("FileNames")) {
    auto name = row.text("FileName");
    if (!name.empty() && seen.insert(name).second) out.push_back(std::move(name));
  }
  return out;
}

std::vector<AutonomousSystem> read_autonomous_systems(const FieldReader& whois) {
  std::vector<AutonomousSystem> out;
  for (const auto& row : whois.rows("Asn")) {
    const auto number = row.system_number("Number");
    if (!number) continue;
    out.push_back({*number, row.joined("Description")});
  }
  return out;
}

void read_sections(const FieldReader& in, Answer& answer) {
  if (const auto license = in.object("LicenseInfo")) answer.license = read_license(*license);
  answer.zone = in.zone("Zone");
  if (const auto file = in.object("FileGeneralInfo")) {
    answer.file = read_file(*file);
    answer.general = read_general(*file, in);
  }
  if (const auto ip = in.object("IpGeneralInfo")) {
    answer.ip = IpGeneralInfo{ip->text("Ip"), ip->text("CountryCode")};
    answer.general = read_general(*ip, in);
  }
  if (const auto domain = in.object("DomainGeneralInfo")) {
    answer.general = read_general(*domain, in);
  }
  if (const auto url = in.object("UrlGeneralInfo")) {
    answer.url = UrlGeneralInfo{url->text("Url"), url->text("Host")};
    answer.general = read_general(*url, in);
  }
  if (const auto whois = in.object("IpWhoIs")) {
    answer.autonomous_systems = read_autonomous_systems(*whois);
  }
  answer.file_names = read_file_names(in);
  answer.industries = in.texts("Industries");
  answer.related = read_related(in);
  answer.facts = read_facts(in);
}

}  // namespace

tl::expected<Answer, std::string> read_answer(const nlohmann::json& document) {
  if (!document.is_object()) {
    return tl::unexpected<std::string>("JSON, but not an object");
  }
  Oddities oddities;
  Answer answer;
  read_sections(FieldReader(document, "", oddities), answer);
  answer.oddities = oddities.lines();
  return answer;
}

}  // namespace kaspersky
