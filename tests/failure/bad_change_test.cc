#include <future>
#include <vector>

#include "gateway/store/sqlite/open.h"
#include "gateway/store/sqlite/writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/gateway/store/scratch.h"

// One change of a batch fails; the others are kept and nothing of it is.
namespace kgw::store {
namespace {

using ::testing::ElementsAre;

class BadChangeTest : public testing::Test {
 protected:
  BadChangeTest() {
    options_.path = scratch_.Path("store.db");
    auto database = OpenForWriting(options_);
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = database->get();
    writer_ = std::make_unique<Writer>(*std::move(database), options_, *options_.clock);
  }

  // Queued before the writer starts, so that all become one batch.
  void Add(const std::string& key, const absl::Status& outcome) {
    answers_.emplace_back();
    const size_t index = answers_.size() - 1;
    writer_->Add(
        Writer::Class::kIntake,
        {[this, key, outcome](Batch& batch) {
           ++tries_;
           absl::Status status =
               Query(batch.database(), "INSERT INTO meta(key, value) VALUES(?, 1)")
                   .With(std::string_view(key))
                   .Done();
           return status.ok() ? outcome : status;
         },
         [this, index](const absl::Status& status) { answers_[index] = status.code(); }, 1});
  }

  std::vector<std::string> Kept() {
    std::vector<std::string> keys;
    Query query(*database_, "SELECT key FROM meta WHERE key LIKE 'test-%' ORDER BY key");
    while (query.Step()) keys.emplace_back(query.Text(0));
    return keys;
  }

  // Starts the writer and waits until all is answered.
  void RunAll() {
    writer_->Start();
    writer_->Stop();
  }

  Scratch scratch_;
  SqliteOptions options_;
  Database* database_ = nullptr;
  std::unique_ptr<Writer> writer_;
  std::vector<absl::StatusCode> answers_;
  int tries_ = 0;
};

TEST_F(BadChangeTest, HarmsNobodyBesideIt) {
  Add("test-1", absl::OkStatus());
  Add("test-2", absl::InternalError("this one is bad"));
  Add("test-3", absl::OkStatus());
  RunAll();
  EXPECT_THAT(answers_, ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kInternal,
                                    absl::StatusCode::kOk));
  EXPECT_THAT(Kept(), ElementsAre("test-1", "test-3"));
  EXPECT_TRUE(writer_->Health().ok());
  // Two in the batch, up to the bad one, and each of the three alone.
  EXPECT_EQ(tries_, 5);
}

TEST_F(BadChangeTest, AFullDiskIsNobodysFaultAndIsToldToAll) {
  Add("test-1", absl::OkStatus());
  Add("test-2", absl::ResourceExhaustedError("the disk is full"));
  RunAll();
  EXPECT_THAT(answers_, ElementsAre(absl::StatusCode::kResourceExhausted,
                                    absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Kept(), ElementsAre());
  EXPECT_TRUE(writer_->Health().ok());
}

}  // namespace
}  // namespace kgw::store
