#ifndef TESTS_GATEWAY_STORE_STORE_CONTRACT_TEST_H_
#define TESTS_GATEWAY_STORE_STORE_CONTRACT_TEST_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "gateway/store/store.h"
#include "gtest/gtest.h"

namespace kgw::store {

// Makes a fresh store for a test, and opens it again as a gateway that starts again would.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual std::unique_ptr<Store> Open() = 0;
};

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};

inline void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

// The promises of store.h; every implementation instantiates it.
class StoreContract : public testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override {
    under_test_ = GetParam().make();
    store_ = under_test_->Open();
    ASSERT_NE(store_, nullptr);
  }
  void Reopen() {
    store_.reset();
    store_ = under_test_->Open();
    ASSERT_NE(store_, nullptr);
  }

  std::unique_ptr<StoreUnderTest> under_test_;
  std::unique_ptr<Store> store_;
};

}  // namespace kgw::store

#endif  // TESTS_GATEWAY_STORE_STORE_CONTRACT_TEST_H_
