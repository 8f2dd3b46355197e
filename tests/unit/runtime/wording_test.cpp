#include "runtime/wording.hpp"

#include <gmock/gmock.h>

namespace runtime {
namespace {

using testing::HasSubstr;

TEST(Wording, WithLessThanFullConfidenceNoChangeIsPromised) {
  stix::ObservableUpdate update;
  EXPECT_EQ(confidence_text(update, 50), "") << "no value was sent that OpenCTI could ignore";
  update.score = 100;
  EXPECT_EQ(confidence_text(update, 100), "");
  EXPECT_EQ(confidence_text(update, std::nullopt), "");
  EXPECT_EQ(confidence_text(update, 50),
            " If OpenCTI has a confidence above 50 for this object, it keeps its score, hashes and "
            "size.");
}

TEST(Wording, ARejectionHasTheBoundedWordsOfItsSender) {
  EXPECT_EQ(rejected_text("VALIDATION_ERROR: no"),
            "The result was rejected, and nothing was added: VALIDATION_ERROR: no.");
  EXPECT_THAT(rejected_in_playbook_text("VALIDATION_ERROR: no"), HasSubstr("VALIDATION_ERROR: no"));
  EXPECT_THAT(unanswered_text(""), HasSubstr("no reason was given"));
  std::string words;
  while (words.size() < 5000) words += "ü";
  EXPECT_LT(rejected_text(words).size(), 700U);
  EXPECT_THAT(rejected_text("a" + words), HasSubstr("ü…"));
}

TEST(Wording, NamesTheSentObjectsAndNotASingleNote) {
  source::Enrichment enrichment;
  enrichment.objects = {{{"type", "note"}}};
  EXPECT_EQ(sent_text(enrichment, "Source"), "");
  enrichment.update.score = 100;
  EXPECT_EQ(sent_text(enrichment, "Source"), " Sent: score 100; 1 note.");
  enrichment.update.labels = {"malware"};
  enrichment.update.hashes = {{"MD5", "a"}, {"SHA-1", "b"}};
  enrichment.update.external_references = {{{"url", "https://source.example/a"}}};
  EXPECT_EQ(sent_text(enrichment, "Source"),
            " Sent: score 100; label malware; 2 hashes; link to Source's page; 1 note.");
  EXPECT_EQ(being_sent_text("No zone." + sent_text({.update = {.score = 1}}, "Source")),
            "No zone. To be added: score 1.");
}

TEST(Wording, TheTlpGateNamesBothMarkings) {
  EXPECT_EQ(over_limit_text("TLP:RED", "TLP:AMBER", "Kaspersky"),
            "Not sent to Kaspersky: the object is marked TLP:RED, and the limit is TLP:AMBER.");
}

}  // namespace
}  // namespace runtime
