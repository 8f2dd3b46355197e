#include "opencti/out/workbench_output.hpp"

#include <set>

#include "net/json.hpp"
#include "opencti/needed_rights.hpp"
#include "opencti/operations.hpp"
#include "opencti/out/push_output.hpp"
#include "stix/bundle.hpp"
#include "stix/ids.hpp"

namespace opencti {

Shipment WorkbenchOutput::pack(const Parcel& parcel) {
  stix::Bundle bundle;
  std::set<std::string> markings;
  for (const auto& object : parcel.objects) {
    bundle.add(object);
    for (auto& id : net::texts(net::member(object, "object_marking_refs"))) {
      markings.insert(std::move(id));
    }
  }
  Shipment shipment;
  const auto& subject = parcel.work_id.empty() ? parcel.entity_id : parcel.work_id;
  shipment.file = WorkbenchFile{.name = subject + ".json",
                                .content = bundle.dump(stix::random_id("bundle")),
                                .entity_id = parcel.entity_id,
                                .marking_ids = {markings.begin(), markings.end()}};
  shipment.remark = "It waits in a workbench for validation.";
  return shipment;
}

net::Result<void> WorkbenchOutput::send(const Shipment& shipment, const net::Deadline& deadline) {
  if (!shipment.file) return {};
  const auto& file = *shipment.file;
  nlohmann::json variables{{"markings", file.marking_ids}};
  if (!file.entity_id.empty()) variables["entityId"] = file.entity_id;
  const auto data = client_.upload_once(
      operations::upload_pending, std::move(variables),
      {.name = file.name, .content_type = "application/json", .content = file.content}, deadline);
  if (!data) return tl::unexpected(sending_error(named(data.error(), needed::import)));
  if (net::text_at(net::member(*data, "uploadPending"), "id").empty()) {
    return tl::unexpected(sending_error(another_answer()));
  }
  return {};
}

}  // namespace opencti
