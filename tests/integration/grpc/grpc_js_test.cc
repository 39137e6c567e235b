// Starts the built gateway and lets grpc-js, which shares no code with it, talk to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/support/folder/temporary_folder.h"
#include "tests/support/program/process.h"

namespace kgw {
namespace {

constexpr char kModules[] = ".cache/node/node_modules";

TEST(GrpcJs, SpeaksToTheGateway) {
  if (!std::filesystem::exists(std::string(kModules) + "/@grpc/grpc-js")) {
    std::cout << "SKIPPED: grpc-js is not installed; scripts/setup installs it\n";
    GTEST_SKIP();
  }
  test::TemporaryFolder folder;
  test::Process gateway(
      {test::BinDir() + "/kap-gateway", "--config", "deploy/config/development.yaml", "--set",
       "store.path=" + folder.path() + "/gateway.db", "--set", "grpc.listen=127.0.0.1:0", "--set",
       "http.listen=127.0.0.1:0"},
      folder.path() + "/log");
  const std::string ready = gateway.ReadLine();
  ASSERT_THAT(ready, ::testing::StartsWith("READY grpc=")) << gateway.Log();
  const std::string address = ready.substr(11, ready.find(' ', 11) - 11);
  test::Process client({"/usr/bin/env", "node", "tests/integration/grpc/client.mjs", address, ".",
                        std::filesystem::absolute(kModules).string()},
                       folder.path() + "/client.log");
  const std::string said = client.ReadRest();
  EXPECT_EQ(client.Wait(), 0) << said << client.Log();
  std::cout << said;
  gateway.Signal(SIGTERM);
  EXPECT_EQ(gateway.Wait(), 0) << gateway.Log();
}

}  // namespace
}  // namespace kgw
