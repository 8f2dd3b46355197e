#include "kaspersky/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kaspersky {
namespace {

constexpr std::string_view categories = "CategoriesWithZone";
constexpr std::string_view registrar = "Registrar";

enum class Form { text, word, count, date, zone, texts, flag };

struct Field {
  std::string_view name;
  Form form = Form::text;
  /// Another name of the field in some answers.
  std::string_view also = {};
};

using Fields = std::span<const Field>;

constexpr auto file_fields = std::to_array<Field>({
    {"FileStatus"},
    {"Type"},
    {"Packer"},
    {"Signer"},
    {"SignerStatus"},
    {"SignerZone", Form::zone},
    {"HitsCount", Form::count},
    {"FirstSeen", Form::date},
    {"LastSeen", Form::date},
    {"HasApt", Form::flag},
});
constexpr auto ip_fields = std::to_array<Field>({
    {"Status"},
    {"ThreatScore", Form::count},
    {"HitsCount", Form::count},
    {"FirstSeen", Form::date},
    {"HasApt", Form::flag},
});
constexpr auto domain_fields = std::to_array<Field>({
    {"FilesCount", Form::count},
    {"UrlsCount", Form::count},
    {"HitsCount", Form::count},
    {"Ipv4Count", Form::count},
    {"HasApt", Form::flag},
});
constexpr auto url_fields = std::to_array<Field>({
    {"FilesCount", Form::count},
    {"Ipv4Count", Form::count},
    {"HasApt", Form::flag},
});
constexpr auto related_fields = std::to_array<Field>({{"HasRedZone", Form::flag}});
constexpr auto net_fields = std::to_array<Field>({
    {"RangeStart"},
    {"RangeEnd"},
    {"Name"},
    {"Description"},
    {"Created", Form::date},
    {"Changed", Form::date},
});
constexpr auto domain_whois_fields = std::to_array<Field>({
    {"DomainName"},
    {"Created", Form::date},
    {"Updated", Form::date},
    {"Expires", Form::date},
    {"NameServers", Form::texts},
    {"DomainStatus", Form::texts},
    {"RegistrationOrganization"},
});
constexpr auto registrar_fields = std::to_array<Field>({{"Info"}, {"IanaId"}, {"Email"}});

constexpr auto category_columns = std::to_array<Field>({{"Name"}, {"Zone", Form::zone}});
constexpr auto detection_columns = std::to_array<Field>({
    {"LastDetectDate", Form::date},
    {"Zone", Form::zone},
    {"DetectionName"},
    {"DetectionMethod"},
    {"DescriptionUrl"},
});
constexpr auto certificate_columns = std::to_array<Field>({
    {"Vendor"},
    {"Publisher"},
    {"SerialNumber"},
    {"TimeStamp", Form::date},
    {"Issued", Form::date},
    {"Expires", Form::date},
});
constexpr auto name_columns =
    std::to_array<Field>({{"FileName"}, {"FileNamesHitsCount", Form::count, "HitsCount"}});
constexpr auto path_columns = std::to_array<Field>({
    {"Location"},
    {"Path"},
    {"FilePathHitsCount", Form::count, "HitsCount"},
});
constexpr auto mask_columns = std::to_array<Field>({
    {"Zone", Form::zone},
    {"NormalizedMask"},
    {"MaskType", Form::word},
    {"FeedNames", Form::texts},
});
constexpr auto ip_contact_columns = std::to_array<Field>({
    {"ContactType"},
    {"Role"},
    {"Name"},
    {"OrganizationId"},
    {"Address", Form::texts},
    {"Phone"},
    {"Fax"},
    {"Email"},
});
constexpr auto domain_contact_columns = std::to_array<Field>({
    {"ContactType"},
    {"Name"},
    {"Organization"},
    {"Address", Form::texts},
    {"City"},
    {"State"},
    {"PostalCode"},
    {"CountryCode"},
    {"Phone"},
    {"Fax"},
    {"Email"},
});

/// Describes one sheet. `within` is an object inside the section, `rows` a list of objects in it.
/// If both are empty, the section itself is used.
struct Sheet {
  std::string_view section;
  std::string_view within;
  std::string_view rows;
  Fields fields;
};

constexpr auto sheets = std::to_array<Sheet>({
    {"FileGeneralInfo", "", "", file_fields},
    {"FileGeneralInfo", "", "CategoriesWithZone", category_columns},
    {"IpGeneralInfo", "", "", ip_fields},
    {"IpGeneralInfo", "", "CategoriesWithZone", category_columns},
    {"DomainGeneralInfo", "", "", domain_fields},
    {"DomainGeneralInfo", "", "CategoriesWithZone", category_columns},
    {"UrlGeneralInfo", "", "", url_fields},
    {"UrlGeneralInfo", "", "CategoriesWithZone", category_columns},
    {"RelatedObjects", "", "", related_fields},
    {"DetectionsInfo", "", "DetectionsInfo", detection_columns},
    {"FileCertificates", "", "FileCertificates", certificate_columns},
    {"FileParentCertificates", "", "FileParentCertificates", certificate_columns},
    {"FileNames", "", "FileNames", name_columns},
    {"FilePaths", "", "FilePaths", path_columns},
    {"FeedMasks", "", "FeedMasks", mask_columns},
    {"IpWhoIs", "Net", "", net_fields},
    {"IpWhoIs", "", "Contacts", ip_contact_columns},
    {"DomainWhoIsInfo", "", "", domain_whois_fields},
    {"DomainWhoIsInfo", "Registrar", "", registrar_fields},
    {"DomainWhoIsInfo", "", "Contacts", domain_contact_columns},
    {"UrlDomainWhoIs", "", "", domain_whois_fields},
    {"UrlDomainWhoIs", "Registrar", "", registrar_fields},
    {"UrlDomainWhoIs", "", "Contacts", domain_contact_columns},
});

std::string value(const FieldReader& in, std::string_view name, Form form) {
  switch (form) {
    case Form::count:
      if (const auto count = in.count(name)) return std::to_string(*count);
      return {};
    case Form::date:
      return in.date(name);
    case Form::zone:
      if (const auto zone = in.zone(name)) return std::string(name_of(*zone));
      return {};
    case Form::texts:
      return in.joined(name);
    case Form::flag:
      return in.flag(name) ? "yes" : "";
    case Form::word:
      return in.word(name);
    case Form::text:
      break;
  }
  return in.text(name);
}

std::string cell(const FieldReader& in, const Field& field) {
  auto text = value(in, field.name, field.form);
  if (text.empty() && !field.also.empty()) text = value(in, field.also, field.form);
  return text;
}

/// One row for each field that is present.
FactSheet list_of(const FieldReader& in, const Sheet& sheet) {
  FactSheet out{sheet.section, {"Field", "Value"}, {}};
  for (const auto& field : sheet.fields) {
    auto value = cell(in, field);
    if (value.empty()) continue;
    const auto name = sheet.within.empty() ? std::string(field.name)
                                           : fmt::format("{} {}", sheet.within, field.name);
    out.rows.push_back({name, std::move(value)});
  }
  return out;
}

FactSheet table_of(const std::vector<FieldReader>& rows, const Sheet& sheet) {
  FactSheet out{sheet.section, {}, {}};
  for (const auto& field : sheet.fields) out.columns.push_back(field.name);
  for (const auto& row : rows) {
    Cells cells;
    for (const auto& field : sheet.fields) cells.push_back(cell(row, field));
    const bool empty =
        std::all_of(cells.begin(), cells.end(), [](const auto& text) { return text.empty(); });
    if (!empty) out.rows.push_back(std::move(cells));
  }
  return out;
}

/// A section that is only a text, as with some registrars.
FactSheet list_of_text(const FieldReader& section, const Sheet& sheet) {
  const auto name = fmt::format("{} {}", sheet.within, sheet.fields.front().name);
  return {sheet.section, {"Field", "Value"}, {Cells{name, section.text(sheet.within)}}};
}

FactSheet read_sheet(const FieldReader& answer, const Sheet& sheet) {
  if (sheet.rows == sheet.section) return table_of(answer.rows(sheet.section), sheet);
  const auto section = answer.object(sheet.section);
  if (!section) return {};
  if (!sheet.rows.empty()) {
    // In some answers the categories are next to the section.
    const bool at_root = sheet.rows == categories && !section->has(sheet.rows);
    return table_of((at_root ? answer : *section).rows(sheet.rows), sheet);
  }
  if (sheet.within.empty()) return list_of(*section, sheet);
  if (sheet.within == registrar && section->has_text(registrar)) {
    return list_of_text(*section, sheet);
  }
  const auto inner = section->object(sheet.within);
  return inner ? list_of(*inner, sheet) : FactSheet{};
}

}  // namespace

std::vector<FactField> fact_fields() {
  std::vector<FactField> all;
  for (const auto& sheet : sheets) {
    for (const auto& field : sheet.fields) {
      all.push_back({sheet.section, field.name});
      if (!field.also.empty()) all.push_back({sheet.section, field.also});
    }
  }
  return all;
}

std::vector<FactSheet> read_facts(const FieldReader& answer) {
  std::vector<FactSheet> all;
  for (const auto& sheet : sheets) {
    if (auto facts = read_sheet(answer, sheet); !facts.rows.empty())
      all.push_back(std::move(facts));
  }
  return all;
}

}  // namespace kaspersky
