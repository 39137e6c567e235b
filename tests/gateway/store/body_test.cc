#include "gateway/store/sqlite/body.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

TEST(Body, ComesBackAsItWas) {
  for (const std::string& text : {std::string(), std::string("x"), std::string(100000, 'a'),
                                  std::string("\0\x01\xff binary", 11)}) {
    auto back = DecodeBody(EncodeBody(text));
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, text);
  }
}

TEST(Body, IsCompressed) { EXPECT_LT(EncodeBody(std::string(100000, 'a')).size(), 200u); }

TEST(Body, EveryFlippedBitIsSeen) {
  const std::string body = EncodeBody("a body with a hash, a body with a hash, a body with a hash");
  for (size_t i = 0; i < body.size() * 8; ++i) {
    std::string flipped = body;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    EXPECT_EQ(DecodeBody(flipped).status().code(), absl::StatusCode::kDataLoss) << "bit " << i;
  }
}

TEST(Body, EveryCutIsSeen) {
  const std::string body = EncodeBody("a body that is cut short somewhere");
  for (size_t size = 1; size < body.size(); ++size) {
    EXPECT_EQ(DecodeBody(body.substr(0, size)).status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace kgw::store
