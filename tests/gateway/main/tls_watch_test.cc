#include "gateway/main/tls_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/log.h"
#include "gateway/base/strings.h"
#include "tests/support/folder/temporary_folder.h"
#include "tests/support/tls/certificates.h"

namespace kgw::main {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HandClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now() + passed; }
  int64_t MonotonicNanos() const override { return absl::ToInt64Nanoseconds(passed); }
  absl::Duration passed = absl::Hours(1);
};

class Lines : public LogSink {
 public:
  void Write(std::string_view line) override { StrAppend(&text, line, "\n"); }
  std::string text;
};

class TlsWatchTest : public ::testing::Test {
 protected:
  TlsWatchTest() {
    LogOptions options;
    options.sink = said_;
    ConfigureLog(std::move(options));
    Put(authority_.Sign("gateway", "DNS:localhost", 90));
    absl::StatusOr<LoadedTls> loaded = LoadTls(files_);
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    watch_.Use(*loaded);
  }
  ~TlsWatchTest() override { ConfigureLog({}); }

  void Put(const test::Pair& pair) {
    files_.certificate = folder_.Write("tls.crt", pair.certificate);
    files_.private_key = folder_.Write("tls.key", pair.private_key);
    files_.client_ca = folder_.Write("ca.crt", authority_.certificate());
  }
  std::optional<LoadedTls> LookLater() {
    clock_.passed += TlsWatch::kLookEvery;
    return watch_.Look(files_);
  }

  test::TemporaryFolder folder_;
  test::Authority authority_;
  TlsFiles files_;
  std::shared_ptr<Lines> said_ = std::make_shared<Lines>();
  Metrics metrics_;
  HandClock clock_;
  TlsWatch watch_{metrics_, clock_};
};

TEST_F(TlsWatchTest, FindsNewFilesByItself) {
  EXPECT_FALSE(LookLater().has_value());
  const test::Pair next = authority_.Sign("gateway", "DNS:localhost", 60);
  Put(next);
  EXPECT_FALSE(watch_.Look(files_).has_value()) << "it reads the files now and then only";
  const std::optional<LoadedTls> changed = LookLater();
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->texts.certificate, next.certificate);
  watch_.Use(*changed);
  EXPECT_FALSE(LookLater().has_value());
  EXPECT_THAT(metrics_.Render(), HasSubstr(StrCat("kgw_tls_certificate_expiry_timestamp_seconds ",
                                                  absl::ToUnixSeconds(changed->expires), "\n")));
}

TEST_F(TlsWatchTest, KeepsTheOldWhileTheFilesAreWrongAndSaysSoOnce) {
  const test::Pair next = authority_.Sign("gateway", "DNS:localhost", 60);
  folder_.Write("tls.crt", next.certificate);  // its key is not there yet
  EXPECT_FALSE(LookLater().has_value());
  EXPECT_FALSE(LookLater().has_value());
  EXPECT_THAT(metrics_.Render(), HasSubstr("kgw_tls_files_refused 1\n"));
  const size_t first = said_->text.find("the old ones stay in use");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(said_->text.find("the old ones stay in use", first + 1), std::string::npos);
  EXPECT_THAT(said_->text, HasSubstr("grpc.tls.private_key"));
  folder_.Write("tls.key", next.private_key);
  const std::optional<LoadedTls> changed = LookLater();
  ASSERT_TRUE(changed.has_value());
  watch_.Use(*changed);
  EXPECT_THAT(metrics_.Render(), HasSubstr("kgw_tls_files_refused 0\n"));
}

TEST_F(TlsWatchTest, TakesNoCertificateThatHasExpired) {
  Put(authority_.Sign("gateway", "DNS:localhost", 0));
  EXPECT_FALSE(LookLater().has_value());
  EXPECT_THAT(said_->text, HasSubstr("has expired"));
}

TEST_F(TlsWatchTest, WarnsThirtyDaysBeforeTheCertificateExpires) {
  clock_.passed = absl::Hours(59 * 24);
  LookLater();
  EXPECT_THAT(said_->text, Not(HasSubstr("expires soon")));
  clock_.passed = absl::Hours(61 * 24);
  LookLater();
  EXPECT_THAT(said_->text, HasSubstr("expires soon"));
  EXPECT_THAT(said_->text, HasSubstr("days=28"));
  clock_.passed = absl::Hours(91 * 24);
  LookLater();
  EXPECT_THAT(said_->text, HasSubstr("has expired: callers will not connect"));
}

TEST(LoadTls, NamesTheSettingWhoseFileIsNotThere) {
  test::TemporaryFolder folder;
  const std::string at = folder.path() + "/";
  const absl::Status status = LoadTls({at + "a", at + "b", at + "c"}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("grpc.tls.certificate"));
}

}  // namespace
}  // namespace kgw::main
