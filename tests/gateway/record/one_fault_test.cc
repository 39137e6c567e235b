// One fault is said once: each value of each record of tests/golden is broken alone.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>

#include "tests/gateway/record/decoding.h"
#include "tests/support/record_json.h"

namespace kgw::record {
namespace {

namespace pb = google::protobuf;

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Changes one field of a message.
using Break = void (*)(pb::Message& message, const pb::FieldDescriptor& field, int index);

void BadText(pb::Message& message, const pb::FieldDescriptor& field, int index) {
  const pb::Reflection& access = *message.GetReflection();
  field.is_repeated() ? access.SetRepeatedString(&message, &field, index, "\x01")
                      : access.SetString(&message, &field, "\x01");
}

template <int kValue>
void BadNumber(pb::Message& message, const pb::FieldDescriptor& field, int index) {
  const pb::Reflection& access = *message.GetReflection();
  if (field.cpp_type() == pb::FieldDescriptor::CPPTYPE_INT32) {
    access.SetInt32(&message, &field, kValue);
  } else if (field.cpp_type() == pb::FieldDescriptor::CPPTYPE_INT64) {
    access.SetInt64(&message, &field, kValue);
  } else if (field.is_repeated()) {
    access.SetRepeatedEnumValue(&message, &field, index, kValue);
  } else {
    access.SetEnumValue(&message, &field, kValue);
  }
}

void Remove(pb::Message& message, const pb::FieldDescriptor& field, int) {
  message.GetReflection()->ClearField(&message, &field);
}

std::vector<Break> BreaksOf(const pb::FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_MESSAGE:
      // Several may name the parts of a list: each then names what is not there.
      return field.is_repeated() ? std::vector<Break>{} : std::vector<Break>{Remove};
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return {Remove};
    case pb::FieldDescriptor::CPPTYPE_STRING:
      return {Remove, BadText};
    default:
      return {Remove, BadNumber<0>, BadNumber<99>, BadNumber<std::numeric_limits<int>::max()>,
              BadNumber<std::numeric_limits<int>::min()>};
  }
}

class Breaker {
 public:
  explicit Breaker(kap::v1::Record record) : record_(std::move(record)) {}

  // How many times it was broken.
  int Run() {
    Walk(record_);
    return broken_;
  }

 private:
  void Walk(pb::Message& message) {
    std::vector<const pb::FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const pb::FieldDescriptor* field : fields) {
      const int count =
          field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) BreakOne(message, *field, i);
      if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
      for (int i = 0; i < count; ++i) {
        Walk(field->is_repeated()
                 ? *message.GetReflection()->MutableRepeatedMessage(&message, field, i)
                 : *message.GetReflection()->MutableMessage(&message, field));
      }
    }
  }

  void BreakOne(pb::Message& message, const pb::FieldDescriptor& field, int index) {
    const std::unique_ptr<pb::Message> whole(message.New());
    whole->CopyFrom(message);
    for (const Break change : BreaksOf(field)) {
      change(message, field, index);
      EXPECT_THAT(IssuesOf(record_), AnyOf(IsEmpty(), SizeIs(1))) << field.full_name();
      message.CopyFrom(*whole);
      ++broken_;
    }
  }

  kap::v1::Record record_;
  int broken_ = 0;
};

TEST(OneFaultTest, IsSaidOnce) {
  int broken = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/golden")) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".record.json")) continue;
    SCOPED_TRACE(path);
    std::ifstream in(path, std::ios::binary);
    const auto wire = test::WireFromJson(std::string(std::istreambuf_iterator<char>(in), {}));
    kap::v1::Record record;
    ASSERT_TRUE(wire.ok() && record.ParseFromString(*wire));
    if (IssuesOf(record).empty()) broken += Breaker(record).Run();
  }
  EXPECT_GT(broken, 5000);
}

}  // namespace
}  // namespace kgw::record
