// Every field of the schema changes what a record becomes, or stands on the list below with its
// reason. The golden records are the material: each of their values is taken away or changed in
// turn.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "gateway/base/json.h"
#include "kap/v1/record.pb.h"
#include "kap/v1/screening.pb.h"
#include "tests/plugins/kap_mapper/golden_case.h"
#include "tests/support/json_change.h"

namespace kgw::kap {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// What does not show in the resources, and why.
const std::map<std::string, std::string>& Silent() {
  static const auto* silent = new std::map<std::string, std::string>{
      {"kap.v1.Patient.payment_intent", "decides which payers get what"},
      {"kap.v1.Visit.payment_intent", "decides which payers get what"},
      {"kap.v1.VitalsReading.offset_minutes", "compared with the times; only a warning"},
  };
  return *silent;
}

using Seen = std::set<std::string>;

// Walks a record along its descriptors and notes each field that is set.
void Note(const json::Value& value, const Descriptor* message, Seen& seen) {
  for (const json::Member* member = value.members_begin(); member != value.members_end();
       ++member) {
    const FieldDescriptor* field = nullptr;
    for (int i = 0; i < message->field_count(); ++i) {
      if (message->field(i)->json_name() == member->name) field = message->field(i);
    }
    if (field == nullptr) continue;
    seen.insert(std::string(field->full_name()));
    if (field->message_type() == nullptr) continue;
    if (field->is_repeated()) {
      for (const json::Value& element : member->value) Note(element, field->message_type(), seen);
    } else {
      Note(member->value, field->message_type(), seen);
    }
  }
}

void AllFields(const Descriptor* message, std::set<const Descriptor*>& done, Seen& fields) {
  if (!done.insert(message).second) return;
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    fields.insert(std::string(field->full_name()));
    if (field->message_type() != nullptr) AllFields(field->message_type(), done, fields);
  }
}

// Texts of a golden record without one member each: [field, text].
class Variants {
 public:
  explicit Variants(std::string_view text) : document_(*json::Document::Parse(text)) {}

  template <typename Visit>
  void ForEach(Visit visit) {
    Walk(document_.root(), ::kap::v1::Record::descriptor(), visit);
  }

 private:
  template <typename Visit>
  void Walk(const json::Value& value, const Descriptor* message, Visit& visit) {
    for (size_t i = 0; i < value.size(); ++i) {
      const json::Member& member = value.members_begin()[i];
      const FieldDescriptor* field = message->FindFieldByCamelcaseName(std::string(member.name));
      ASSERT_NE(field, nullptr) << member.name;
      way_.push_back(i);
      visit(std::string(field->full_name()), test::WithChange(document_.root(), way_, {}));
      if (field->message_type() != nullptr) WalkChildren(member.value, field, visit);
      way_.pop_back();
    }
  }

  template <typename Visit>
  void WalkChildren(const json::Value& value, const FieldDescriptor* field, Visit& visit) {
    if (!field->is_repeated()) return Walk(value, field->message_type(), visit);
    for (size_t i = 0; i < value.size(); ++i) {
      way_.push_back(i);
      Walk(value[i], field->message_type(), visit);
      way_.pop_back();
    }
  }

  json::Document document_;
  test::JsonWay way_;
};

std::string Answer(std::string_view text, plugin::Mapper& mapper) {
  const auto processed = ProcessJson(text, mapper);
  if (!processed.ok()) return std::string(processed.status().message());
  return BundleOf(*processed) +
         (processed->state == store::RecordState::kRejected ? "rejected" : "");
}

TEST(FieldCoverageTest, EveryFieldStandsInAGoldenRecord) {
  Seen seen, fields;
  std::set<const Descriptor*> done;
  for (const std::string& name : GoldenNames()) {
    const auto document = json::Document::Parse(ReadText("tests/golden/" + name + ".record.json"));
    ASSERT_TRUE(document.ok()) << name;
    Note(document->root(), ::kap::v1::Record::descriptor(), seen);
  }
  AllFields(::kap::v1::Record::descriptor(), done, fields);
  for (const std::string& field : fields) EXPECT_TRUE(seen.contains(field)) << field;
}

TEST(FieldCoverageTest, EveryFieldShowsInWhatTheRecordBecomes) {
  LinkedMapper mapper;
  Seen shown, tried;
  for (const std::string& name : GoldenNames()) {
    const std::string text = ReadText("tests/golden/" + name + ".record.json");
    const std::string before = Answer(text, mapper);
    Variants(text).ForEach([&](const std::string& field, const std::string& variant) {
      tried.insert(field);
      if (!shown.contains(field) && Answer(variant, mapper) != before) shown.insert(field);
    });
  }
  for (const std::string& field : tried) {
    EXPECT_TRUE(shown.contains(field) || Silent().contains(field))
        << field << " changes nothing and is not on the list";
  }
  for (const auto& [field, why] : Silent()) {
    EXPECT_TRUE(tried.contains(field)) << field;
    EXPECT_FALSE(shown.contains(field)) << field << " shows: take it off the list";
  }
}

// What each rule of exclusion may say besides its answer, one field after the other: JSON of a
// field.
const std::map<std::string, std::string>& ExclusionFields() {
  static const auto* fields = new std::map<std::string, std::string>{
      {"detail", R"("detail":"in words")"},
      {"icd10cm", R"("icd10cm":"Z33.1")"},
      {"snomed", R"("snomed":"77386006")"},
      {"onset", R"("onset":"2020-05")"},
      {"clinicalStatus", R"("clinicalStatus":"CLINICAL_STATUS_INACTIVE")"},
      {"recordedBy", R"("recordedBy":"T-9")"},
      {"medications", R"("medications":["M-1"])"},
      {"mitigation", R"("mitigation":"done about it")"},
      {"mitigatedBy", R"("mitigation":"done about it","mitigatedBy":"T-9")"},
  };
  return *fields;
}

std::string WithExclusion(const std::string& rule, const std::string& answer,
                          const std::string& more) {
  std::string text =
      R"({"tenant":"t","source":"s","id":"SC-1","version":"1","patient":"P-1",)"
      R"("recordedTime":"2026-03-02T17:30:00-07:00","author":{"who":{"patient":true}},)"
      R"("screening":{"screenedTime":"2026-03-02T09:30:00-07:00",)"
      R"("medications":[{"id":"M-1","text":"lorazepam"}],"exclusions":[{"id":"X-1","rule":")";
  text += rule;
  text += R"(","answer":")";
  text += answer;
  text += more.empty() ? R"("}]}})" : R"(",)" + more + "}]}}";
  return text;
}

bool IsRefused(const std::string& answer) { return answer.ends_with("rejected"); }

// A field that one rule loses and another keeps would pass the test above.
TEST(FieldCoverageTest, NoExclusionLosesAField) {
  LinkedMapper mapper;
  std::set<std::string> kept;
  const auto* rules = ::kap::v1::ExclusionRule_descriptor();
  const auto* answers = ::kap::v1::ExclusionAnswer_descriptor();
  for (int r = 1; r < rules->value_count(); ++r) {
    for (int a = 1; a < answers->value_count(); ++a) {
      const std::string rule(rules->value(r)->name()), answer(answers->value(a)->name());
      for (const auto& [field, json] : ExclusionFields()) {
        const std::string without =
            field == "mitigatedBy" ? ExclusionFields().at("mitigation") : "";
        const std::string before = Answer(WithExclusion(rule, answer, without), mapper);
        const std::string after = Answer(WithExclusion(rule, answer, json), mapper);
        EXPECT_TRUE(!without.empty() || !IsRefused(before)) << rule << " " << answer;
        EXPECT_TRUE(IsRefused(after) || after != before) << rule << " " << answer << " " << field;
        if (!IsRefused(after)) kept.insert(field);
      }
    }
  }
  for (const auto& [field, json] : ExclusionFields()) EXPECT_TRUE(kept.contains(field)) << field;
}

}  // namespace
}  // namespace kgw::kap
