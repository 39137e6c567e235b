#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "tests/plugins/fhir_rest/deliver_fixture.h"

// Far sides that do not say which version a write has made.
namespace kgw::fhir_rest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Reply = std::optional<FakeFhir::Http::Response>;

class VersionsTest : public DeliverTest {
 protected:
  VersionsTest() {
    server_.say_etag = false;
    server_.say_location = false;
  }
  bool Writes(const FakeFhir::Http::Request& request) const { return request.method != "GET"; }
  bool Reads(const FakeFhir::Http::Request& request) const {
    return request.method == "GET" && request.url.find("metadata") == std::string::npos;
  }
};

TEST_F(VersionsTest, ResultsAreDurableBeforeTheirVersionsAreRead) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    server.transaction = transactions;
    server.say_etag = server.say_location = false;
    Face(server);
    int reads = 0;
    server.before = [&](const FakeFhir::Http::Request& request) -> Reply {
      if (!Reads(request)) return std::nullopt;
      ++reads;
      const std::string ours = request.url.substr(std::string(FakeFhir::kBase).size() + 1);
      EXPECT_EQ(ResultOf(ours), "delivered " + ours);
      return std::nullopt;
    };
    ASSERT_EQ(Deliver(Session()), KGW_OK);
    EXPECT_EQ(reads, 3);
    EXPECT_EQ(ResultOf(EncounterA()), "delivered " + EncounterA() + " v1");
    EXPECT_EQ(ResultOf(ProvenanceC()), "delivered " + ProvenanceC() + " v1");
  }
}

TEST_F(VersionsTest, AReadThatFailsLeavesTheVersionOutAndEndsNothing) {
  for (const bool transactions : {true, false}) {
    for (const int status : {503, 429, 403, 0}) {
      FakeFhir server;
      server.transaction = transactions;
      server.say_etag = server.say_location = false;
      Face(server);
      server.before = [&](const FakeFhir::Http::Request& request) -> Reply {
        if (!Reads(request)) return std::nullopt;
        if (status == 0) return FakeFhir::Http::Response{KGW_ABORTED, 0, {}, "", "reset by peer"};
        return FakeFhir::Http::Response{KGW_OK, status, {}, "", ""};
      };
      ASSERT_EQ(Deliver(Session()), KGW_OK) << status;
      EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB());
      EXPECT_EQ(server.versions.at(ObservationB()), 1) << "written once";
    }
  }
}

TEST_F(VersionsTest, AFarSideThatDoesNotAnswerIsAskedForOneVersionOnly) {
  int reads = 0;
  server_.before = [&](const FakeFhir::Http::Request& request) -> Reply {
    if (!Reads(request)) return std::nullopt;
    ++reads;
    return FakeFhir::Http::Response{KGW_OK, 503, {}, "", ""};
  };
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_EQ(reads, 1);
}

TEST_F(VersionsTest, TimeThatRunsOutWhileReadingKeepsEveryResult) {
  server_.before = [&](const FakeFhir::Http::Request& request) -> Reply {
    if (Reads(request)) call_->set_deadline_ns(1);
    return std::nullopt;
  };
  ASSERT_EQ(Deliver(Session()), KGW_OK);
  EXPECT_EQ(server_.resources.size(), 3u);
  EXPECT_THAT(ResultOf(ObservationB()), HasSubstr("delivered " + ObservationB()));
  EXPECT_THAT(call_->issues(), IsEmpty());
}

// As after a version that could not be read.
UnitText UpdateWithoutVersion(const std::string& there) {
  UnitText unit;
  unit.Write(Observation(kIdB, "130"), R"(,"remote":{"reference":")" + there + R"("})");
  return unit;
}

TEST_F(VersionsTest, AnUpdateWithoutAKnownVersionNamesNone) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    ASSERT_EQ(DeliverFirst(server, transactions), KGW_OK);
    ASSERT_EQ(Deliver(UpdateWithoutVersion(ObservationB())), KGW_OK);
    EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB() + " v2");
    const FakeFhir::Http::Request& last = http_.requests().back();
    EXPECT_THAT(last.body, Not(HasSubstr("ifMatch")));
    EXPECT_TRUE(std::ranges::none_of(
        last.headers, [](const sdk::Header& header) { return header.name == "If-Match"; }));
    EXPECT_THAT(call_->issues(), IsEmpty());
  }
}

// FHIR's "versioned-update": nothing is written without If-Match.
TEST_F(VersionsTest, AFarSideThatInsistsOnAVersionGetsTheOneThatIsThere) {
  for (const bool transactions : {true, false}) {
    FakeFhir server;
    ASSERT_EQ(DeliverFirst(server, transactions), KGW_OK);
    server.before = [&](const FakeFhir::Http::Request& request) -> Reply {
      const bool names_one = request.body.find("ifMatch") != std::string::npos ||
                             std::ranges::any_of(request.headers, [](const sdk::Header& header) {
                               return header.name == "If-Match";
                             });
      if (!Writes(request) || names_one) return std::nullopt;
      return FakeFhir::Http::Response{KGW_OK, 412, {}, "", ""};
    };
    ASSERT_EQ(Deliver(UpdateWithoutVersion(ObservationB())), KGW_OK);
    EXPECT_EQ(ResultOf(ObservationB()), "delivered " + ObservationB() + " v2");
    EXPECT_THAT(call_->issues(), IsEmpty()) << "nobody is known to have changed it";
  }
}

}  // namespace
}  // namespace kgw::fhir_rest
