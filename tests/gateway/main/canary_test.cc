// Nothing of a record in logs, metrics and error texts.
#include "tests/gateway/main/gateway_fixture.h"

namespace kgw::main {
namespace {

void Mark(google::protobuf::Message* message, const std::string& marker);

// Puts the marker into every string there is room for.
void MarkField(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field,
               const std::string& marker) {
  const google::protobuf::Reflection* reflection = message->GetReflection();
  if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    if (field->is_repeated()) {
      reflection->AddString(message, field, marker);
    } else if (field->containing_oneof() == nullptr || field->containing_oneof()->is_synthetic()) {
      reflection->SetString(message, field, marker);
    }
    return;
  }
  if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) return;
  if (field->is_repeated()) {
    Mark(reflection->AddMessage(message, field), marker);
  } else if (field->containing_oneof() == nullptr) {
    Mark(reflection->MutableMessage(message, field), marker);
  }
}

void Mark(google::protobuf::Message* message, const std::string& marker) {
  const google::protobuf::Descriptor* descriptor = message->GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    MarkField(message, descriptor->field(i), marker);
  }
}

// No log line, metric or error text may hold anything of a record, whatever was wrong with it.
TEST_F(GatewayTest, NothingOfARecordIsEverSaid) {
  const std::string marker = "CANARYmarker7391";
  Start(kDevelopment, {"logging.level=debug"});
  std::string said;
  auto hear = [&](const grpc::Status& status, const pb::SubmitResponse& response) {
    StrAppend(&said, status.error_message(), "\n", status.error_details(), "\n");
    for (const pb::Issue& issue : response.issues()) StrAppend(&said, issue.text(), "\n");
    for (const auto& signal : response.safety_signals()) StrAppend(&said, signal.text(), "\n");
  };
  auto submit = [&](const kap::v1::Record& record) {
    pb::SubmitResponse response;
    const grpc::Status status = Submit(record, &response);
    hear(status, response);
  };
  const google::protobuf::OneofDescriptor* content =
      kap::v1::Record::descriptor()->FindOneofByName("content");
  for (int i = 0; i < content->field_count(); ++i) {
    kap::v1::Record record = PatientRecord(StrCat("P-", i), 1);
    record.clear_content();
    Mark(record.GetReflection()->MutableMessage(&record, content->field(i)), marker);
    submit(record);  // wrong in many ways
    record.set_recorded_time(marker);
    submit(record);
    record.set_patient(marker);
    submit(record);
  }
  kap::v1::Record right = PatientRecord("P-right", 1, marker);
  submit(right);
  right.mutable_patient_record()->mutable_names(0)->set_family(marker + "2");
  submit(right);  // a conflict
  const std::string metrics = test::HttpGet(http_, "/metrics").body;
  const std::string log = End();
  EXPECT_GT(said.size(), 1000u);
  EXPECT_THAT(said, Not(HasSubstr(marker)));
  EXPECT_THAT(metrics, Not(HasSubstr(marker)));
  EXPECT_THAT(log, Not(HasSubstr(marker)));
}

}  // namespace
}  // namespace kgw::main
