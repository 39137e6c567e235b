#include "gateway/store/sqlite/sqlite_store.h"
#include "tests/gateway/store/scratch.h"
#include "tests/gateway/store/store_contract_test.h"

namespace kgw::store {
namespace {

class SqliteUnderTest final : public StoreUnderTest {
 public:
  std::unique_ptr<Store> Open() override {
    SqliteOptions options;
    options.path = scratch_.Path("store.db");
    auto store = OpenSqliteStore(options);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

 private:
  Scratch scratch_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         testing::Values(Implementation{
                             "sqlite", [] { return std::make_unique<SqliteUnderTest>(); }}),
                         [](const auto& made) { return made.param.name; });

}  // namespace
}  // namespace kgw::store
