#include "opencti/out/draft_output.hpp"

#include <fmt/format.h>

#include <memory>

#include "opencti/client/needed_rights.hpp"
#include "opencti/operations.hpp"
#include "opencti/out/api_answer.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

/// Maximum length of a value in a draft's name, which people read in lists.
constexpr std::size_t longest_value = 200;

/// The name of the enriched object for people.
std::string value_of(const Parcel& parcel) {
  for (const auto& object : parcel.objects) {
    if (text::text_at(object, "id") != parcel.entity_id.text()) continue;
    for (const auto* key : {"value", "name"}) {
      auto value = text::text_at(object, key);
      if (!value.empty() && value.size() <= longest_value) return value;
    }
    for (const auto& [algorithm, hash] : text::member(object, "hashes").items()) {
      if (hash.is_string() && hash.size() <= longest_value) return hash.get<std::string>();
    }
  }
  return parcel.entity_id.text();
}

/// The id of a draft that was created.
Result<DraftId> id_in(const Result<Answer>& answer) {
  if (!answer) return tl::unexpected(named(answer.error(), needed::knowledge));
  DraftId id(text::text_at(text::member(answer->data, "draftWorkspaceAdd"), "id"));
  if (id.empty()) return tl::unexpected(another_answer());
  return id;
}

}  // namespace

Packed DraftOutput::pack(const Parcel& parcel) {
  auto in_draft = std::make_shared<Parcel>(parcel);
  in_draft->draft_id = DraftId("not made yet");
  auto first = next_.pack(*in_draft);
  in_draft->draft_id = {};
  // As with a workbench the work does not count objects in the draft: a result that is sent again
  // after the platform dropped it would not reach the draft.
  return {.objects = first.objects,
          .dropped = std::move(first.dropped),
          .remark = "The result waits in a draft for validation.",
          .delivery = [this, in_draft](const Packed&, const net::Deadline& deadline) {
            return send(*in_draft, deadline);
          }};
}

SendAnswer DraftOutput::send(Parcel& parcel, const net::Deadline& deadline) const {
  if (parcel.draft_id.empty()) {
    auto made = make_draft(parcel, deadline);
    if (!made) return answer_of(made.error());
    parcel.draft_id = std::move(*made);
    parcel.work_id = {};
  }
  return next_.pack(parcel).send(deadline);
}

Result<DraftId> DraftOutput::make_draft(const Parcel& parcel, const net::Deadline& deadline) const {
  json input{{"name", fmt::format("{}: {}", connector_name_, value_of(parcel))}};
  if (!parcel.entity_id.empty()) input["entity_id"] = parcel.entity_id.text();
  auto id = id_in(client_.send_once(operations::add_draft, {{"input", input}}, {}, deadline));
  if (!id) return id;
  // The link from the work is for people only; a failure is ignored.
  if (!parcel.work_id.empty()) {
    std::ignore =
        client_.send_once(operations::add_draft_context,
                          {{"id", parcel.work_id.text()}, {"draft", id->text()}}, {}, deadline);
  }
  return id;
}

Result<bool> has_drafts(const GraphqlClient& client, const net::Deadline& deadline) {
  const auto answer = client.send_once(operations::about_drafts, json::object(), {}, deadline);
  if (!answer) return tl::unexpected(answer.error());
  return text::member(answer->data, "__type").is_object();
}

}  // namespace opencti
