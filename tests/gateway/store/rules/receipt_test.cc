#include "gateway/store/rules/receipt.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

const RecordKey kKey = {{"clinic", "kap-ehr", "Session", "s-1"}, 3};

TEST(Receipts, AreTheSameForOneContentUnderOneKeyOnly) {
  const std::string receipt = ReceiptOf(kKey, Sha256Of("a"));
  EXPECT_EQ(receipt.size(), 32u);
  EXPECT_EQ(ReceiptOf(kKey, Sha256Of("a")), receipt);
  EXPECT_NE(ReceiptOf(kKey, Sha256Of("b")), receipt);
  RecordKey other = kKey;
  other.version = 4;
  EXPECT_NE(ReceiptOf(other, Sha256Of("a")), receipt);
  // Fields do not run into each other.
  other = kKey;
  other.name.tenant = "clinick";
  other.name.source = "ap-ehr";
  EXPECT_NE(ReceiptOf(other, Sha256Of("a")), receipt);
}

TEST(OwnerPrefix, IsSharedByOneRecordsIdsOnly) {
  const ResourceIds ids(kKey.name, "p-1");
  const int64_t prefix = OwnerPrefixOf(ids.Of("Observation/a"));
  EXPECT_NE(prefix, 0);
  EXPECT_EQ(OwnerPrefixOf(ids.Of("Observation/b")), prefix);
  EXPECT_NE(OwnerPrefixOf(ResourceIds(kKey.name, "p-2").Of("Observation/a")), prefix);
}

TEST(OwnerPrefix, OfWhatIsNoDerivedIdIsNone) {
  EXPECT_EQ(OwnerPrefixOf(""), 0);
  EXPECT_EQ(OwnerPrefixOf("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), 0);  // of another version
  EXPECT_EQ(OwnerPrefixOf("xxxxxxxx-xxxx-8xxx-80b4-00c04fd430c8"), 0);
}

}  // namespace
}  // namespace kgw::store
