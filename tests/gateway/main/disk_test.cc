// A disk that fails under the built program.
#include <cstdlib>
#include <filesystem>

#include "tests/gateway/main/gateway_fixture.h"

namespace kgw::main {
namespace {

class DiskTest : public GatewayTest {
 protected:
  // With the disk that tests/support/failing_disk makes: it fails as `variable` says once the file
  // `sign` is in the folder.
  void StartOnDisk(const char* variable, const std::string& sign) {
    setenv("LD_PRELOAD", (test::BinDir() + "/kgw_failing_disk.so").c_str(), 1);
    setenv(variable, (folder_.path() + "/" + sign).c_str(), 1);
    // A sanitizer's library would insist on being loaded first.
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    Start(kDevelopment);
    for (const char* each : {"LD_PRELOAD", variable, "ASAN_OPTIONS"}) unsetenv(each);
  }
};

// A full disk is not ready, needs no restart, and goes on by itself when there is room.
TEST_F(DiskTest, AFullDiskIsToldEverywhereUntilThereIsRoom) {
  StartOnDisk("KGW_FULL_DISK", "full");
  pb::SubmitResponse answer;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &answer).ok());
  EXPECT_THAT(test::HttpGet(http_, "/metrics").body, HasSubstr("kgw_store_healthy 1"));
  folder_.Write("full", "");
  EXPECT_EQ(Submit(PatientRecord("P-2", 1), &answer).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  const test::HttpReply ready = test::HttpGet(http_, "/readyz");
  EXPECT_EQ(ready.code, 503);
  EXPECT_THAT(ready.body, HasSubstr("the disk of the store is full"));
  EXPECT_EQ(test::HttpGet(http_, "/livez").code, 200);
  EXPECT_THAT(test::HttpGet(http_, "/metrics").body, HasSubstr("kgw_store_healthy 0"));
  WaitForLog("the disk of the store is full");
  std::filesystem::remove(folder_.path() + "/full");
  WaitForLog("the disk of the store has room again");
  EXPECT_EQ(test::HttpGet(http_, "/readyz").code, 200);
  EXPECT_TRUE(Submit(PatientRecord("P-2", 1), &answer).ok());
}

// Nothing helps a store whose sync has failed but to be opened anew: /livez says so, and whoever
// watches it starts the gateway again.
TEST_F(DiskTest, AfterAFailedSyncLivezAsksForARestart) {
  StartOnDisk("KGW_FAIL_SYNC", "fail");
  pb::SubmitResponse kept;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &kept).ok());
  EXPECT_EQ(test::HttpGet(http_, "/livez").code, 200);
  folder_.Write("fail", "");
  pb::SubmitResponse lost;
  EXPECT_FALSE(Submit(PatientRecord("P-2", 1), &lost).ok());
  for (const char* page : {"/livez", "/readyz"}) {
    const test::HttpReply reply = test::HttpGet(http_, page);
    EXPECT_EQ(reply.code, 503) << page;
    EXPECT_THAT(reply.body, HasSubstr("started again")) << page;
  }
  WaitForLog("the store answers no writes");
  process_->Signal(SIGTERM);
  EXPECT_EQ(process_->Wait(), 0);
  Start(kDevelopment);
  EXPECT_EQ(test::HttpGet(http_, "/livez").code, 200);
  pb::SubmitResponse again;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &again).ok());
  EXPECT_TRUE(again.duplicate());
  EXPECT_TRUE(Submit(PatientRecord("P-2", 1), &lost).ok());
}

}  // namespace
}  // namespace kgw::main
