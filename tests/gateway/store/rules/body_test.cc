#include "gateway/store/rules/body.h"

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

// What one body leaves behind in a thread's memory must not show in the next.
TEST(Body, OneAfterAnotherComesBackAsItWas) {
  std::string noise;
  for (uint32_t i = 0, state = 1; i < 3'000'000; ++i) {
    state = state * 1664525 + 1013904223;
    noise.push_back(static_cast<char>(state >> 24));
  }
  const std::string repeated(200'000, 'r');
  for (const size_t size : {size_t{70}, size_t{5000}, noise.size(), size_t{63}, size_t{300}}) {
    for (const std::string& whole : {noise, repeated}) {
      const std::string text = whole.substr(0, size);
      auto back = DecodeBody(EncodeBody(text));
      ASSERT_TRUE(back.ok()) << back.status();
      EXPECT_TRUE(*back == text) << size;
    }
  }
}

TEST(Body, EveryFlippedBitIsSeen) {
  const std::string text = "a body with a hash, a body with a hash, a body with a hash";
  for (const std::string& body : {EncodeBody(text), EncodeBody(text + text)}) {
    for (size_t i = 0; i < body.size() * 8; ++i) {
      std::string flipped = body;
      flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
      EXPECT_EQ(DecodeBody(flipped).status().code(), absl::StatusCode::kDataLoss) << "bit " << i;
    }
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
