#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/store_contract_test.h"

namespace kgw::store {
namespace {

NewVersion Billable(const std::string& id, int64_t version, bool billable) {
  NewVersion made = IntakeOf(KeyOf("Session", id, version), "P-1");
  made.billable = billable;
  return made;
}

std::vector<FeedEntry> Feed(Store& store, int64_t after = 0, int limit = 100,
                            std::string_view tenant = kTenant) {
  auto entries = store.ReadFeed(tenant, after, limit);
  EXPECT_TRUE(entries.ok()) << entries.status();
  return entries.ok() ? *std::move(entries) : std::vector<FeedEntry>();
}

TEST_P(StoreContract, TheFeedTellsChargesAndVoidsInTheOrderOfCommits) {
  ASSERT_TRUE(Commit(*store_, Billable("S-1", 1, true)).ok());
  ASSERT_TRUE(Commit(*store_, Billable("S-2", 1, false)).ok());
  ASSERT_TRUE(Commit(*store_, Billable("S-2", 2, true)).ok());
  ASSERT_TRUE(Commit(*store_, Billable("S-1", 2, false)).ok());
  Reopen();
  const auto entries = Feed(*store_);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].record, KeyOf("Session", "S-1", 1));
  EXPECT_FALSE(entries[0].voided);
  EXPECT_EQ(entries[1].record, KeyOf("Session", "S-2", 2));
  EXPECT_EQ(entries[2].record, KeyOf("Session", "S-1", 2));
  EXPECT_TRUE(entries[2].voided);
  EXPECT_LT(entries[0].position, entries[1].position);
  EXPECT_LT(entries[1].position, entries[2].position);
}

TEST_P(StoreContract, TheFeedGoesOnBehindAPosition) {
  for (const char* id : {"S-1", "S-2", "S-3"}) {
    ASSERT_TRUE(Commit(*store_, Billable(id, 1, true)).ok());
  }
  const auto first = Feed(*store_, 0, 2);
  ASSERT_EQ(first.size(), 2u);
  const auto rest = Feed(*store_, first[1].position, 2);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].record, KeyOf("Session", "S-3"));
  EXPECT_TRUE(Feed(*store_, rest[0].position).empty());
  EXPECT_TRUE(Feed(*store_, INT64_MAX).empty());
  EXPECT_EQ(Feed(*store_, -5).size(), 3u);
  EXPECT_EQ(Feed(*store_, 0, 0).size(), 1u);
}

TEST_P(StoreContract, AFeedIsOfOneTenant) {
  NewVersion other = Billable("S-1", 1, true);
  other.key.name.tenant = "other-clinic";
  ASSERT_TRUE(Commit(*store_, Billable("S-1", 1, true)).ok());
  ASSERT_TRUE(Commit(*store_, other).ok());
  EXPECT_EQ(Feed(*store_).size(), 1u);
  const auto theirs = Feed(*store_, 0, 100, "other-clinic");
  ASSERT_EQ(theirs.size(), 1u);
  EXPECT_EQ(theirs[0].record.name.tenant, "other-clinic");
  EXPECT_TRUE(Feed(*store_, 0, 100, "unheard-of").empty());
}

}  // namespace
}  // namespace kgw::store
