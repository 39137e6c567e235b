// The golden records are right; what the mapper's cases say about them would mean nothing
// otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/record/record.h"
#include "tests/support/record_json.h"

namespace kgw::record {
namespace {

std::vector<std::filesystem::path> GoldenRecords() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/golden")) {
    if (entry.path().string().ends_with(".record.json")) found.push_back(entry.path());
  }
  return found;
}

std::string TextOf(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string ErrorsOf(const Record& record) {
  std::string errors;
  for (const fhir::Issue& issue : record.issues) {
    if (issue.severity == fhir::Severity::kError) {
      errors += issue.code + " " + issue.expression + ": " + issue.text + "\n";
    }
  }
  return errors;
}

// A case of what is rejected has issues beside it and no bundle.
bool HasBundle(std::filesystem::path path) {
  path.replace_extension().replace_extension(".bundle.json");
  return std::filesystem::exists(path);
}

TEST(GoldenTest, RecordsAreOfTheirFolderAndThoseThatAreMappedHaveNoErrors) {
  int right = 0;
  for (const auto& path : GoldenRecords()) {
    SCOPED_TRACE(path.string());
    const auto wire = test::WireFromJson(TextOf(path));
    ASSERT_TRUE(wire.ok()) << wire.status();
    const auto record = Decode(*wire, Limits{});
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(record->key.name.type, path.parent_path().filename().string());
    const std::string errors = ErrorsOf(*record);
    EXPECT_TRUE(errors.empty() || !HasBundle(path)) << errors;
    right += errors.empty() ? 1 : 0;
  }
  EXPECT_GE(right, 30);
}

}  // namespace
}  // namespace kgw::record
