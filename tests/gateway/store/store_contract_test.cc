#include "tests/gateway/store/store_contract_test.h"

#include <atomic>
#include <thread>

#include "tests/gateway/store/samples.h"

// NewVersion, reading, the ledger and the feed. Deliveries are in operation_test.cc.
namespace kgw::store {
namespace {

using absl::StatusCode;

TEST_P(StoreContract, StoresWhatItWasGiven) {
  const RecordKey key = KeyOf("Session", "S-1");
  const NewVersion intake = IntakeOf(key, "P-1");
  auto result = Commit(*store_, intake);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->verdict, PlacementVerdict::kStored);
  EXPECT_EQ(result->state, RecordState::kMapped);
  EXPECT_EQ(result->resources, 2u);
  EXPECT_EQ(result->deliveries, 1u);
  Reopen();
  auto row = store_->GetRecord(key);
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->key, key);
  EXPECT_EQ(row->patient, "P-1");
  EXPECT_EQ(row->receipt, result->receipt);
  EXPECT_EQ(row->issues_json, intake.issues_json);
  EXPECT_EQ(row->signals_json, intake.signals_json);
  EXPECT_EQ(row->mapper, intake.mapper);
  EXPECT_EQ(row->config_hash, intake.config_hash);
  EXPECT_EQ(row->received_at, intake.received_at);
  EXPECT_EQ(*store_->GetRecordBytes(key), intake.bytes);
  auto resources = store_->GetResources(key);
  ASSERT_TRUE(resources.ok());
  ASSERT_EQ(resources->size(), 2u);
  EXPECT_EQ((*resources)[1].body, intake.resources[1].body);
  EXPECT_EQ((*resources)[1].role, intake.resources[1].role);
}

TEST_P(StoreContract, UnknownRecordIsNotFound) {
  EXPECT_EQ(store_->GetRecord(KeyOf("Session", "S-9")).status().code(), StatusCode::kNotFound);
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  EXPECT_EQ(store_->GetRecord(KeyOf("Session", "S-1", 2)).status().code(), StatusCode::kNotFound);
}

TEST_P(StoreContract, TheSameContentAgainIsADuplicate) {
  const NewVersion intake = IntakeOf(KeyOf("Session", "S-1"), "P-1");
  auto free = store_->FindDuplicate(intake.key, intake.content_hash);
  ASSERT_TRUE(free.ok());
  EXPECT_FALSE(free->has_value());
  auto first = Commit(*store_, intake);
  auto second = Commit(*store_, intake);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(second->verdict, PlacementVerdict::kDuplicate);
  EXPECT_EQ(second->receipt, first->receipt);
  EXPECT_EQ(second->issues_json, first->issues_json);
  EXPECT_EQ(second->deliveries, 1u);
  auto found = store_->FindDuplicate(intake.key, intake.content_hash);
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->verdict, PlacementVerdict::kDuplicate);
  EXPECT_EQ((*found)->receipt, first->receipt);
  auto ledger = store_->CheckLedger(kTenant);
  ASSERT_TRUE(ledger.ok());
  EXPECT_EQ(ledger->records["received"], 1);
  EXPECT_EQ(ledger->records["duplicates"], 1);  // FindDuplicate counts nothing
  EXPECT_EQ(ledger->deliveries["created"], 1);
  EXPECT_TRUE(ledger->agrees);
}

TEST_P(StoreContract, OtherContentUnderOneVersionIsAConflict) {
  const RecordKey key = KeyOf("Session", "S-1");
  ASSERT_TRUE(Commit(*store_, IntakeOf(key, "P-1")).ok());
  auto other = Commit(*store_, IntakeOf(key, "P-1", "other"));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->verdict, PlacementVerdict::kConflict);
  EXPECT_EQ(*store_->GetRecordBytes(key), IntakeOf(key, "P-1").bytes);
  EXPECT_EQ(store_->CheckLedger(kTenant)->records["conflicts"], 1);
}

TEST_P(StoreContract, AnOlderVersionIsSupersededAndNeverDelivered) {
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 5), "P-1")).ok());
  auto older = Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 3), "P-1"));
  ASSERT_TRUE(older.ok());
  EXPECT_EQ(older->verdict, PlacementVerdict::kStored);
  EXPECT_EQ(older->state, RecordState::kSuperseded);
  EXPECT_EQ(older->deliveries, 0u);
  EXPECT_TRUE(store_->GetDeliveries(KeyOf("Session", "S-1", 3))->empty());
  EXPECT_EQ(store_->GetRecord(KeyOf("Session", "S-1", 0))->key.version, 5);
}

TEST_P(StoreContract, ANewerVersionCancelsWhatHasNotLeft) {
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 1), "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 2), "P-1")).ok());
  EXPECT_EQ(store_->GetDeliveries(KeyOf("Session", "S-1", 1))->at(0).state,
            DeliveryState::kCancelled);
  EXPECT_EQ(store_->GetDeliveries(KeyOf("Session", "S-1", 2))->at(0).state,
            DeliveryState::kPending);
  EXPECT_EQ(store_->RetryDelivery(To(KeyOf("Session", "S-1", 1)), "why").code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, AParkedVersionCancelsNothing) {
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 1), "P-1")).ok());
  NewVersion parked = IntakeOf(KeyOf("Session", "S-1", 2), "P-1");
  parked.state = RecordState::kParked;
  parked.deliveries.clear();
  EXPECT_EQ(Commit(*store_, parked)->state, RecordState::kParked);
  EXPECT_EQ(store_->GetDeliveries(KeyOf("Session", "S-1", 1))->at(0).state,
            DeliveryState::kPending);
  auto page = store_->ListRecords({.tenant = kTenant, .state = RecordState::kParked});
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_EQ(page->rows[0].key.version, 2);
}

TEST_P(StoreContract, RejectionsLeaveTheKeyFreeAndAreAllCounted) {
  NewVersion rejected = IntakeOf(KeyOf("Session", "S-1"), "P-1", "bad");
  rejected.state = RecordState::kRejected;
  rejected.bytes.clear();
  rejected.resources.clear();
  rejected.deliveries.clear();
  for (int i = 0; i < 3; ++i) {
    auto result = Commit(*store_, rejected);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->verdict, PlacementVerdict::kStored);
    EXPECT_EQ(result->state, RecordState::kRejected);
  }
  EXPECT_EQ(store_->GetRecord(rejected.key)->state, RecordState::kRejected);
  EXPECT_EQ(store_->GetRecord(KeyOf("Session", "S-1", 0))->state, RecordState::kRejected);
  auto good = Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1", "good"));
  EXPECT_EQ(good->state, RecordState::kMapped);
  EXPECT_EQ(store_->GetRecord(rejected.key)->state, RecordState::kMapped);
  auto ledger = store_->CheckLedger(kTenant);
  EXPECT_EQ(ledger->records["rejected"], 3);
  EXPECT_EQ(ledger->records["received"], 4);
  EXPECT_TRUE(ledger->agrees);
}

TEST_P(StoreContract, TheFeedFollowsWhatIsBillable) {
  const auto commit = [&](int64_t version, bool billable) {
    NewVersion intake = IntakeOf(KeyOf("Visit", "V-1", version), "P-1");
    intake.billable = billable;
    ASSERT_TRUE(Commit(*store_, intake).ok());
  };
  commit(2, false);  // never billable: no row
  commit(3, true);   // charge
  commit(4, true);   // corrected: charge
  commit(5, false);  // void
  commit(6, false);  // nothing more to take back
  commit(1, true);   // superseded: no row
  commit(7, true);   // charge
  auto ledger = store_->CheckLedger(kTenant);
  ASSERT_TRUE(ledger.ok());
  EXPECT_EQ(ledger->feed["charges"], 3);
  EXPECT_EQ(ledger->feed["voids"], 1);
  EXPECT_EQ(ledger->feed["rows"], 4);
  EXPECT_TRUE(ledger->agrees);
}

TEST_P(StoreContract, TenantsDoNotSeeEachOther) {
  NewVersion mine = IntakeOf(KeyOf("Session", "S-1"), "P-1");
  NewVersion theirs = mine;
  theirs.key.name.tenant = "other";
  ASSERT_TRUE(Commit(*store_, mine).ok());
  EXPECT_EQ(store_->GetRecord(theirs.key).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Commit(*store_, theirs)->verdict, PlacementVerdict::kStored);
  EXPECT_EQ(*store_->Tenants(), (std::vector<std::string>{"demo-clinic", "other"}));
  EXPECT_EQ(store_->ListRecords({.tenant = "other"})->rows.size(), 1u);
  EXPECT_EQ(store_->CheckLedger("other")->records["received"], 1);
  EXPECT_EQ(store_->ListRecords({}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(store_->ListRecords({.tenant = "nobody"})->rows.empty());
}

TEST_P(StoreContract, PagesGoThroughEverythingOnce) {
  for (int i = 0; i < 25; ++i) {
    const std::string patient = i % 2 == 0 ? "P-1" : "P-2";
    ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", absl::StrCat("S-", i)), patient)).ok());
  }
  for (const std::string& patient : {std::string(), std::string("P-1")}) {
    std::vector<std::string> seen;
    RecordQuery query{.tenant = kTenant, .patient = patient, .limit = 4};
    do {
      auto page = store_->ListRecords(query);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->rows.size(), 4u);
      for (const RecordRow& row : page->rows) seen.push_back(row.key.name.id);
      query.page = page->next;
    } while (!query.page.empty());
    ASSERT_EQ(seen.size(), patient.empty() ? 25u : 13u);
    EXPECT_EQ(seen.front(), "S-24");
    EXPECT_EQ(seen.back(), "S-0");
  }
  std::vector<DeliveryRow> deliveries;
  DeliveryQuery query{.tenant = kTenant, .patient = "P-2", .destination = kEhr, .limit = 5};
  do {
    auto page = store_->ListDeliveries(query);
    ASSERT_TRUE(page.ok()) << page.status();
    deliveries.insert(deliveries.end(), page->rows.begin(), page->rows.end());
    query.page = page->next;
  } while (!query.page.empty());
  EXPECT_EQ(deliveries.size(), 12u);
  EXPECT_EQ(store_->ListRecords({.tenant = kTenant, .page = "nonsense!"}).status().code(),
            StatusCode::kInvalidArgument);
}

TEST_P(StoreContract, FiltersByTypeAndState) {
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Visit", "V-1"), "P-1")).ok());
  EXPECT_EQ(store_->ListRecords({.tenant = kTenant, .type = "Visit"})->rows.size(), 1u);
  EXPECT_EQ(store_->ListRecords({.tenant = kTenant, .state = RecordState::kMapped})->rows.size(),
            2u);
  EXPECT_EQ(store_
                ->ListRecords({.tenant = kTenant,
                               .state = RecordState::kMapped,
                               .patient = "P-1",
                               .type = "Session"})
                ->rows.size(),
            1u);
  for (const DeliveryState state : {DeliveryState::kPending, DeliveryState::kDead}) {
    EXPECT_EQ(store_->ListDeliveries({.tenant = kTenant, .state = state})->rows.size(),
              state == DeliveryState::kPending ? 2u : 0u);
  }
}

TEST_P(StoreContract, FiltersRecordsByDestination) {
  for (int i = 0; i < 9; ++i) {
    NewVersion intake = IntakeOf(KeyOf("Session", absl::StrCat("S-", i)), "P-1");
    if (i % 3 == 1) intake.deliveries[0].destination = "payer";
    if (i % 3 == 2) {
      intake.deliveries.push_back({"payer", "Patient P-1", DeliveryState::kPending, ""});
    }
    ASSERT_TRUE(Commit(*store_, intake).ok());
  }
  NewVersion rejected = IntakeOf(KeyOf("Session", "S-1"), "P-1", "bad");
  rejected.state = RecordState::kRejected;
  rejected.bytes.clear();
  rejected.resources.clear();
  rejected.deliveries.clear();
  ASSERT_TRUE(Commit(*store_, rejected).ok());
  for (const std::string& patient : {std::string(), std::string("P-1")}) {
    std::vector<std::string> seen;
    RecordQuery query{.tenant = kTenant, .patient = patient, .destination = "payer", .limit = 2};
    do {
      auto page = store_->ListRecords(query);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const RecordRow& row : page->rows) {
        EXPECT_EQ(row.state, RecordState::kMapped);
        seen.push_back(row.key.name.id);
      }
      query.page = page->next;
    } while (!query.page.empty());
    EXPECT_EQ(seen, (std::vector<std::string>{"S-8", "S-7", "S-5", "S-4", "S-2", "S-1"}));
  }
  EXPECT_TRUE(store_->ListRecords({.tenant = kTenant, .destination = "nobody"})->rows.empty());
  NewVersion parked = IntakeOf(KeyOf("Session", "S-0", 2), "P-1");
  parked.state = RecordState::kParked;
  parked.deliveries.clear();
  ASSERT_TRUE(Commit(*store_, parked).ok());
  EXPECT_TRUE(
      store_->ListRecords({.tenant = kTenant, .state = RecordState::kParked, .destination = kEhr})
          ->rows.empty());
}

TEST_P(StoreContract, AResourceLeadsToItsRecord) {
  const RecordKey key = KeyOf("Session", "S-1");
  const NewVersion intake = IntakeOf(key, "P-1");
  ASSERT_TRUE(Commit(*store_, intake).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-2"), "P-1")).ok());
  auto owner = store_->FindResource(kTenant, intake.resources[1].id);
  ASSERT_TRUE(owner.ok()) << owner.status();
  EXPECT_EQ(*owner, key);
  EXPECT_EQ(store_->FindResource(kTenant, "no-such-id").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->FindResource("other", intake.resources[1].id).status().code(),
            StatusCode::kNotFound);
}

TEST_P(StoreContract, IntakeOfOneThreadCommitsInOrder) {
  std::atomic<int> answered{0};
  for (int version = 1; version <= 300; ++version) {
    store_->Commit(IntakeOf(KeyOf("Session", "S-1", version), "P-1"),
                   [&](absl::StatusOr<Placement> result) {
                     ASSERT_TRUE(result.ok());
                     EXPECT_EQ(result->state, RecordState::kMapped);  // never overtaken
                     ++answered;
                   });
  }
  store_.reset();  // answers what is queued
  EXPECT_EQ(answered, 300);
}

TEST_P(StoreContract, ManyThreadsAtOnceLoseNothing) {
  std::vector<std::thread> threads;
  std::atomic<int> stored{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const RecordKey key = KeyOf("Session", absl::StrCat("S-", t, "-", i));
        auto result = Commit(*store_, IntakeOf(key, absl::StrCat("P-", i)));
        if (result.ok()) ++stored;
        auto units = Claim(*store_, kEhr, 2, absl::InfiniteFuture());
        ASSERT_TRUE(units.ok()) << units.status();
        for (const Unit& unit : *units) EXPECT_TRUE(EndAttempt(*store_, unit.key, {}).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored, 200);
  auto ledger = store_->CheckLedger(kTenant);
  EXPECT_EQ(ledger->records["mapped"], 200);
  EXPECT_TRUE(ledger->agrees) << ledger->disagreements[0];
}

}  // namespace
}  // namespace kgw::store
