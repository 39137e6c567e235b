// The rules for proto/kap/v1, held over the descriptors: every scalar has explicit presence,
// decimals and times are text with a form, nothing untyped, every field explained, small files.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <set>

#include "kap/v1/record.pb.h"

namespace {

namespace pb = google::protobuf;

constexpr int kMaxMessages = 10;

// All files of kap.v1 with their comments, freshly compiled from the tree.
class DescriptorTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string image = testing::TempDir() + "/kap.binpb";
    const std::string command = std::string(KGW_PROTOC) +
                                " -I proto --include_imports --include_source_info -o " + image +
                                " proto/kap/v1/*.proto";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream in(image, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    pb::FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromString(bytes));
    pool_ = new pb::DescriptorPool();
    for (const pb::FileDescriptorProto& file : set.file()) {
      const pb::FileDescriptor* built = pool_->BuildFile(file);
      ASSERT_NE(built, nullptr) << file.name();
      if (built->package() == "kap.v1") files_.push_back(built);
    }
  }

  static std::vector<const pb::Descriptor*> Messages() {
    std::vector<const pb::Descriptor*> found;
    for (const pb::FileDescriptor* file : files_) {
      for (int i = 0; i < file->message_type_count(); ++i) found.push_back(file->message_type(i));
    }
    return found;
  }

  // Messages a record can hold.
  static std::set<std::string> InRecords() {
    std::set<std::string> found;
    std::vector<const pb::Descriptor*> waiting = {pool_->FindMessageTypeByName("kap.v1.Record")};
    while (!waiting.empty()) {
      const pb::Descriptor* message = waiting.back();
      waiting.pop_back();
      if (!found.insert(message->full_name()).second) continue;
      for (int i = 0; i < message->field_count(); ++i) {
        if (const pb::Descriptor* type = message->field(i)->message_type()) waiting.push_back(type);
      }
    }
    return found;
  }

  static std::vector<const pb::FieldDescriptor*> Fields() {
    std::vector<const pb::FieldDescriptor*> found;
    for (const pb::Descriptor* message : Messages()) {
      for (int i = 0; i < message->field_count(); ++i) found.push_back(message->field(i));
    }
    return found;
  }

  static const kap::v1::Check CheckOf(const pb::FieldDescriptor& field) {
    // The pool is not the compiled one, so the option is read from its bytes.
    pb::FieldOptions options;
    options.ParseFromString(field.options().SerializeAsString());
    return options.GetExtension(kap::v1::check);
  }

  static std::string CommentOf(const pb::FieldDescriptor& field) {
    pb::SourceLocation location;
    return field.GetSourceLocation(&location) ? location.leading_comments : std::string();
  }

  static pb::DescriptorPool* pool_;
  static std::vector<const pb::FileDescriptor*> files_;
};

pb::DescriptorPool* DescriptorTest::pool_ = nullptr;
std::vector<const pb::FileDescriptor*> DescriptorTest::files_;

TEST_F(DescriptorTest, SeesEveryFileOfTheFolder) {
  std::set<std::string> in_folder;
  for (const auto& entry : std::filesystem::directory_iterator("proto/kap/v1")) {
    in_folder.insert("kap/v1/" + entry.path().filename().string());
  }
  std::set<std::string> seen;
  for (const pb::FileDescriptor* file : files_) seen.insert(file->name());
  EXPECT_EQ(seen, in_folder);
}

TEST_F(DescriptorTest, EveryScalarHasExplicitPresence) {
  for (const pb::FieldDescriptor* field : Fields()) {
    EXPECT_TRUE(field->is_repeated() || field->has_presence()) << field->full_name();
  }
}

TEST_F(DescriptorTest, OnlyTypesThatLoseNothing) {
  const std::set<pb::FieldDescriptor::Type> allowed = {
      pb::FieldDescriptor::TYPE_STRING, pb::FieldDescriptor::TYPE_INT32,
      pb::FieldDescriptor::TYPE_INT64,  pb::FieldDescriptor::TYPE_BOOL,
      pb::FieldDescriptor::TYPE_ENUM,   pb::FieldDescriptor::TYPE_MESSAGE};
  for (const pb::FieldDescriptor* field : Fields()) {
    EXPECT_TRUE(allowed.count(field->type())) << field->full_name() << " " << field->type_name();
    EXPECT_FALSE(field->is_map()) << field->full_name();
    if (field->message_type() != nullptr) {
      // Neither Any nor Struct nor any other type from elsewhere.
      EXPECT_EQ(field->message_type()->file()->package(), "kap.v1") << field->full_name();
    }
  }
}

TEST_F(DescriptorTest, NoMessageHoldsItself) {
  std::set<const pb::Descriptor*> open;
  const std::function<void(const pb::Descriptor*)> visit = [&](const pb::Descriptor* message) {
    ASSERT_TRUE(open.insert(message).second) << message->full_name();
    for (int i = 0; i < message->field_count(); ++i) {
      if (const pb::Descriptor* type = message->field(i)->message_type()) visit(type);
    }
    open.erase(message);
  };
  visit(pool_->FindMessageTypeByName("kap.v1.Record"));
}

TEST_F(DescriptorTest, EveryFieldIsExplainedWithWhatItBecomes) {
  const std::set<std::string> in_records = InRecords();
  for (const pb::FieldDescriptor* field : Fields()) {
    const std::string comment = CommentOf(*field);
    EXPECT_GE(comment.size(), 10U) << field->full_name() << " has no comment";
    if (in_records.count(field->containing_type()->full_name())) {
      const bool says = comment.find("FHIR") != std::string::npos ||
                        comment.find("Not sent") != std::string::npos || CheckOf(*field).part_id();
      EXPECT_TRUE(says) << field->full_name() << " does not say what it becomes";
    }
  }
}

TEST_F(DescriptorTest, EveryMessageAndEnumerationIsExplained) {
  pb::SourceLocation location;
  for (const pb::FileDescriptor* file : files_) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      ASSERT_TRUE(file->message_type(i)->GetSourceLocation(&location));
      EXPECT_FALSE(location.leading_comments.empty()) << file->message_type(i)->full_name();
    }
    for (int i = 0; i < file->enum_type_count(); ++i) {
      ASSERT_TRUE(file->enum_type(i)->GetSourceLocation(&location));
      EXPECT_FALSE(location.leading_comments.empty()) << file->enum_type(i)->full_name();
    }
  }
}

TEST_F(DescriptorTest, FilesAreSmall) {
  for (const pb::FileDescriptor* file : files_) {
    EXPECT_LE(file->message_type_count(), kMaxMessages) << file->name();
  }
}

TEST_F(DescriptorTest, EnumerationsBeginWithUnspecifiedAndCarryTheirName) {
  for (const pb::FileDescriptor* file : files_) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const pb::EnumDescriptor& type = *file->enum_type(i);
      const std::string& zero = type.value(0)->name();
      EXPECT_EQ(type.value(0)->number(), 0) << type.full_name();
      ASSERT_TRUE(zero.size() > 12 && zero.ends_with("_UNSPECIFIED")) << type.full_name();
      const std::string prefix = zero.substr(0, zero.size() - 11);
      for (int j = 0; j < type.value_count(); ++j) {
        EXPECT_TRUE(type.value(j)->name().starts_with(prefix)) << type.value(j)->full_name();
      }
    }
  }
}

// What looks like a time, a number or a code by its name says which form it has.
TEST_F(DescriptorTest, TextsSayTheirForm) {
  const std::regex times("(.*_)?(time|date|start|end|onset|abatement|expires)");
  const std::regex decimals(
      ".*(_mg|_kg|_cm|_percent|_celsius|_flow|itude)|quantity|units_per_dose");
  for (const pb::FieldDescriptor* field : Fields()) {
    if (field->type() != pb::FieldDescriptor::TYPE_STRING) continue;
    const kap::v1::Form form = CheckOf(*field).form();
    if (std::regex_match(field->name(), times)) {
      EXPECT_TRUE(form >= kap::v1::FORM_DATE && form <= kap::v1::FORM_INSTANT)
          << field->full_name();
    }
    if (std::regex_match(field->name(), decimals)) {
      EXPECT_EQ(form, kap::v1::FORM_DECIMAL) << field->full_name();
    }
  }
}

TEST_F(DescriptorTest, ChecksFitTheirFields) {
  for (const pb::FieldDescriptor* field : Fields()) {
    const kap::v1::Check check = CheckOf(*field);
    const bool text = field->type() == pb::FieldDescriptor::TYPE_STRING;
    const bool integer = field->cpp_type() == pb::FieldDescriptor::CPPTYPE_INT32 ||
                         field->cpp_type() == pb::FieldDescriptor::CPPTYPE_INT64;
    const std::string& name = field->full_name();
    EXPECT_TRUE(text || !(check.has_form() || check.has_max_length() || check.has_record() ||
                          check.has_part() || check.part_id()))
        << name;
    EXPECT_TRUE(integer || !(check.has_min() || check.has_max())) << name;
    EXPECT_TRUE(check.form() == kap::v1::FORM_DECIMAL ||
                !(check.has_decimal_min() || check.has_decimal_max()))
        << name;
    EXPECT_TRUE(field->is_repeated() || !(check.has_min_items() || check.has_max_items())) << name;
    EXPECT_FALSE(check.required() && (field->is_repeated() || field->real_containing_oneof()))
        << name;
    EXPECT_LE(check.has_record() + check.has_part() + check.part_id(), 1) << name;
    EXPECT_EQ(check.part_id(),
              field->name() == "id" && text && field->containing_type()->name() != "Record")
        << name;
    if (check.has_part()) {
      EXPECT_NE(pool_->FindMessageTypeByName("kap.v1." + check.part()), nullptr) << name;
    }
  }
}

TEST_F(DescriptorTest, NamedRecordTypesAreContents) {
  const pb::OneofDescriptor& content =
      *pool_->FindMessageTypeByName("kap.v1.Record")->FindOneofByName("content");
  std::set<std::string> types;
  for (int i = 0; i < content.field_count(); ++i) {
    types.insert(content.field(i)->message_type()->name());
  }
  EXPECT_EQ(types, (std::set<std::string>{"Organization", "Practitioner", "Patient", "Screening",
                                          "Visit", "Session", "Outcome"}));
  for (const pb::FieldDescriptor* field : Fields()) {
    const kap::v1::Check check = CheckOf(*field);
    EXPECT_TRUE(!check.has_record() || types.count(check.record())) << field->full_name();
  }
}

}  // namespace
