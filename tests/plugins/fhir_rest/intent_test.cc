#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/plugins/fhir_rest/deliver_fixture.h"

// What is left announced after a call that failed: only what may lie there.
namespace kgw::fhir_rest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Reply = std::optional<FakeFhir::Http::Response>;

class IntentTest : public DeliverTest {
 protected:
  // Announced and neither withdrawn nor settled, as the host would keep it.
  std::vector<std::string> Left() const {
    std::set<std::string> left;
    for (const testing::Emit& emit : call_->emits()) {
      const Json body = ParseJson(emit.body).value();
      const bool withdrawn = body["withdrawn"].kind == Json::Kind::kTrue;
      for (const Json& entry : body["entries"].items) {
        const bool intent = emit.media_type == "application/vnd.kgw.intent+json";
        if (intent && !withdrawn) left.insert(entry.text);
        if (intent && withdrawn) {
          EXPECT_EQ(left.erase(entry.text), 1u) << entry.text;
        }
        if (!intent) left.erase(entry.TextOf("entry"));
      }
    }
    return {left.begin(), left.end()};
  }
  int Withdrawals() const {
    int withdrawals = 0;
    for (const testing::Emit& emit : call_->emits()) {
      withdrawals += emit.body.find(R"("withdrawn":true)") != std::string::npos ? 1 : 0;
    }
    return withdrawals;
  }
  // Every write meets this.
  void AnswerWrites(FakeFhir::Http::Response response) {
    server_.before = [response](const FakeFhir::Http::Request& request) -> Reply {
      if (request.method == "GET") return std::nullopt;
      return response;
    };
  }
  static FakeFhir::Http::Response Refused() {
    return {KGW_UNAVAILABLE, 0, {}, "", "connection refused"};
  }
  static FakeFhir::Http::Response Status(int status) { return {KGW_OK, status, {}, "", ""}; }
};

TEST_F(IntentTest, IsWithdrawnWhenNothingWasSentOrTheAnswerSaysNothingWasDone) {
  for (const bool transactions : {true, false}) {
    for (const bool our_ids : {true, false}) {
      server_.transaction = transactions;
      server_.update_create = our_ids;
      plugin_ = nullptr;
      for (const FakeFhir::Http::Response& response :
           {Refused(), Status(429), Status(409), Status(422), Status(401), Status(403)}) {
        AnswerWrites(response);
        EXPECT_NE(Deliver(Session()), KGW_OK);
        EXPECT_FALSE(Intents().empty());
        EXPECT_THAT(Left(), IsEmpty()) << response.status;
        EXPECT_EQ(Withdrawals(), 1) << "one emit, since each costs the host a sync";
      }
    }
  }
}

TEST_F(IntentTest, StaysWhenTheAnswerIsLostOrProvesNothing) {
  server_.search = false;
  for (const bool transactions : {true, false}) {
    for (const bool our_ids : {true, false}) {
      server_.transaction = transactions;
      server_.update_create = our_ids;
      server_.conditional_create = false;
      plugin_ = nullptr;
      const FakeFhir::Http::Response lost{KGW_ABORTED, 0, {}, "", "reset by peer"};
      for (const FakeFhir::Http::Response& response :
           {lost, Status(500), Status(503), Status(408), Status(302)}) {
        AnswerWrites(response);
        EXPECT_NE(Deliver(Session()), KGW_OK);
        // One by one, the first request is the only one that left.
        std::vector<std::string> perhaps_there = {EncounterA()};
        if (transactions) perhaps_there = {EncounterA(), ObservationB(), ProvenanceC()};
        EXPECT_EQ(Left(), perhaps_there) << response.status;
      }
    }
  }
}

TEST_F(IntentTest, OfAnEarlierAttemptIsNotWithdrawn) {
  UnitText unit;
  unit.Write(Encounter(), R"(,"intended":true)").Write(Observation());
  for (const bool transactions : {true, false}) {
    server_.transaction = transactions;
    plugin_ = nullptr;
    AnswerWrites(Status(429));
    EXPECT_EQ(Deliver(unit), KGW_RESOURCE_EXHAUSTED);
    EXPECT_EQ(Intents(), (std::vector<std::string>{ObservationB(), ObservationB()}))
        << "announced and withdrawn";
  }
}

TEST_F(IntentTest, OfWhatWasWrittenIsFollowedByItsResultAndTheRestIsWithdrawn) {
  server_.transaction = false;
  server_.before = [&](const FakeFhir::Http::Request& request) -> Reply {
    if (request.method == "GET" || server_.writes.empty()) return std::nullopt;
    return Status(429);
  };
  EXPECT_EQ(Deliver(Session()), KGW_RESOURCE_EXHAUSTED);
  EXPECT_EQ(ResultOf(EncounterA()), "delivered " + EncounterA() + " v1");
  EXPECT_THAT(Left(), IsEmpty());
}

TEST_F(IntentTest, OfARefusedTransactionOutlastsALostRequestAfterIt) {
  server_.refuse_transaction = true;
  server_.lose_answer = [](const FakeFhir::Http::Request& request) {
    return request.method == "PUT";
  };
  EXPECT_EQ(Deliver(Session()), KGW_ABORTED);
  EXPECT_THAT(Left(), ElementsAre(EncounterA()));
}

// The fault this is about: what cannot be looked for was held for a person after a mere 429.
TEST_F(IntentTest, ThatWasWithdrawnHoldsNobody) {
  SearchOnly();
  server_.search = false;
  AnswerWrites(Refused());
  EXPECT_EQ(Deliver(Session()), KGW_UNAVAILABLE);
  EXPECT_THAT(Left(), IsEmpty());
  server_.before = nullptr;
  EXPECT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_EQ(server_.resources.size(), 3u);
}

TEST_F(IntentTest, ThatTheHostCannotWithdrawStopsTheCall) {
  AnswerWrites(Status(429));
  plugin_ = std::make_unique<testing::FakePlugin>(&kgw_entry_v1, host_, config_);
  call_ = std::make_unique<testing::FakeCall>();
  call_->FailEmitsFrom(1, KGW_UNAVAILABLE);
  EXPECT_EQ(plugin_->Deliver(*call_, Session().Text()), KGW_UNAVAILABLE);
  EXPECT_THAT(call_->violations(), IsEmpty());
}

}  // namespace
}  // namespace kgw::fhir_rest
