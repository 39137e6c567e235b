#include <algorithm>
#include <set>

#include "gateway/store/sqlite/claims.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/deliveries.h"
#include "gateway/store/sqlite/lists.h"
#include "gateway/store/sqlite/placing.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/schema.h"
#include "gtest/gtest.h"
#include "tests/gateway/store/deliveries.h"
#include "tests/gateway/store/scratch.h"

// Whether the statements that run find their rows by an index: the partial ones are used only where
// a statement says their condition word for word.
namespace kgw::store {
namespace {

class Statements : public testing::Test {
 protected:
  void SetUp() override {
    auto opened =
        Database::Open(scratch_.Path("store.db"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "");
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    ASSERT_TRUE(Migrate(*database_).ok());
    batch_ = std::make_unique<Batch>(*database_, kNow);
  }

  void Apply(NewVersion version) {
    Placement placement;
    ASSERT_TRUE(ApplyVersion(*batch_, Prepare(std::move(version)), &placement).ok());
  }

  // Steps of the plans of all that was prepared so far, "SEARCH d USING INDEX ...".
  std::set<std::string> Plans() {
    std::set<std::string> steps;
    std::vector<std::string> texts;
    for (sqlite3_stmt* each = sqlite3_next_stmt(database_->handle(), nullptr); each != nullptr;
         each = sqlite3_next_stmt(database_->handle(), each)) {
      texts.emplace_back(sqlite3_sql(each));
    }
    for (const std::string& text : texts) {
      Query plan(*database_, "EXPLAIN QUERY PLAN " + text);
      while (plan.Step()) steps.emplace(plan.Text(3));
      EXPECT_TRUE(plan.status().ok()) << text << plan.status();
    }
    return steps;
  }

  Scratch scratch_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Batch> batch_;
};

bool AnyHas(const std::set<std::string>& steps, std::string_view part) {
  return std::any_of(steps.begin(), steps.end(),
                     [&](const std::string& step) { return step.find(part) != std::string::npos; });
}

TEST_F(Statements, TheRoadOfADeliveryFindsItsRowsByIndexes) {
  Apply(IntakeOf(KeyOf("Session", "S-1"), "P-1"));
  Apply(IntakeOf(KeyOf("Session", "S-2"), "P-1"));
  std::vector<ClaimedRow> claimed;
  const ClaimRequest request{.destination = kEhr, .owner = kOwner, .limit = 10, .now = kNow};
  ASSERT_TRUE(ClaimDue(*batch_, request, 0, &claimed).ok());
  ASSERT_EQ(claimed.size(), 1u);
  AttemptEnd held = Ends(DeliveryState::kHeld);
  held.waits_for = {KeyOf("Session", "S-2").name, KeyOf("Session", "S-3").name};
  absl::Status answer;
  ASSERT_TRUE(
      WriteEnd(*batch_, To(KeyOf("Session", "S-1")), claimed[0].token, held, &answer).ok() &&
      answer.ok());
  Apply(IntakeOf(KeyOf("Session", "S-1", 2), "P-1", "changed"));
  ASSERT_TRUE(ClaimDue(*batch_, request, 1, &claimed).ok());
  ASSERT_TRUE(ReleaseInFlight(*batch_).ok());
  ASSERT_TRUE(ReadNextDue(*database_, kEhr, kOwner).ok());
  ASSERT_TRUE(ReadDepths(*database_).ok());
  const std::set<std::string> steps = Plans();
  for (const char* index : {"delivery_ready", "delivery_lane", "delivery_open", "delivery_key",
                            "record_version", "wait_delivery"}) {
    EXPECT_TRUE(AnyHas(steps, std::string("INDEX ") + index)) << index;
  }
  for (const std::string& step : steps) {
    EXPECT_TRUE(step.substr(0, 4) != "SCAN" || step.find("INDEX") != std::string::npos ||
                step.substr(0, 6) == "SCAN t" || step.substr(0, 6) == "SCAN w")
        << step;
  }
}

TEST_F(Statements, ListsOfWhatIsRareFindTheirRowsByIndexes) {
  Apply(IntakeOf(KeyOf("Session", "S-1"), "P-1"));
  RecordQuery parked{.tenant = kTenant, .state = RecordState::kParked};
  ASSERT_TRUE(ReadRecordPage(*database_, parked).ok());
  DeliveryQuery dead{.tenant = kTenant, .state = DeliveryState::kDead};
  ASSERT_TRUE(ReadDeliveryPage(*database_, dead).ok());
  DeliveryQuery of_patient{.tenant = kTenant, .patient = "P-1"};
  ASSERT_TRUE(ReadDeliveryPage(*database_, of_patient).ok());
  const std::set<std::string> steps = Plans();
  for (const char* index : {"record_attention", "delivery_attention", "record_patient"}) {
    EXPECT_TRUE(AnyHas(steps, std::string("INDEX ") + index)) << index;
  }
}

}  // namespace
}  // namespace kgw::store
