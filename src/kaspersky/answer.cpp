#include "kaspersky/answer.hpp"

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

FileGeneralInfo read_file(const FieldReader& in) {
  return {
      .md5 = in.hash("Md5", md5_length),
      .sha1 = in.hash("Sha1", sha1_length),
      .sha256 = in.hash("Sha256", sha256_length),
      .size = in.count("Size"),
      .categories = in.texts("Categories"),
  };
}

}  // namespace

net::Result<Answer> read_answer(const nlohmann::json& document) {
  if (!document.is_object()) {
    return net::failure(net::ErrorKind::protocol, "JSON, but not an object");
  }
  Oddities oddities;
  const FieldReader in(document, "", oddities);
  Answer answer;
  if (const auto license = in.object("LicenseInfo")) answer.license = read_license(*license);
  answer.zone = in.zone("Zone");
  if (const auto file = in.object("FileGeneralInfo")) answer.file = read_file(*file);
  answer.oddities = oddities.lines();
  return answer;
}

}  // namespace kaspersky
