#include "opencti/out/workbench_output.hpp"

#include <set>

#include "opencti/client/needed_rights.hpp"
#include "opencti/operations.hpp"
#include "opencti/out/api_answer.hpp"
#include "stix/bundle.hpp"
#include "stix/ids.hpp"
#include "text/json.hpp"

namespace opencti {

Packed WorkbenchOutput::pack(const Parcel& parcel) {
  stix::Bundle bundle;
  std::set<std::string> markings;
  for (const auto& object : parcel.objects) {
    bundle.add(object);
    for (auto& id : text::texts(text::member(object, "object_marking_refs"))) {
      markings.insert(std::move(id));
    }
  }
  nlohmann::json variables{{"markings", markings}};
  if (!parcel.entity_id.empty()) variables["entityId"] = parcel.entity_id.text();
  const auto& subject = parcel.work_id.empty() ? parcel.entity_id.text() : parcel.work_id.text();
  Packed packed{.objects = bundle.size(),
                .remark = "The result waits in a workbench for validation."};
  packed.delivery = [this, variables = std::move(variables),
                     file = Attachment{.name = subject + ".json",
                                       .content_type = "application/json",
                                       .content = bundle.dump(stix::random_id("bundle"))}](
                        const Packed&, const net::Deadline& deadline) {
    const auto answer = client_.upload_once(operations::upload_pending, variables, file, deadline);
    if (!answer) return answer_of(named(answer.error(), needed::import));
    const bool made = !text::text_at(text::member(answer->data, "uploadPending"), "id").empty();
    return made ? SendAnswer::done() : answer_of(another_answer());
  };
  return packed;
}

}  // namespace opencti
