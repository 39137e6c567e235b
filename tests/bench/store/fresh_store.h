#ifndef TESTS_BENCH_STORE_FRESH_STORE_H_
#define TESTS_BENCH_STORE_FRESH_STORE_H_

#include <memory>
#include <string>
#include <vector>

#include "gateway/store/store.h"

namespace kgw::bench {

inline constexpr int kInFlight = 64;

// A folder of its own under another one, that goes with the object.
class Folder {
 public:
  explicit Folder(const std::string& under);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::unique_ptr<store::Store> OpenOrDie(const std::string& path);

// Keeps kInFlight records unanswered until all are answered; every answer must be a new row.
void Submit(store::Store& store, std::vector<store::NewVersion> intakes);

// The ledger must agree and show so many records received.
void Recount(store::Store& store, int64_t expected);

// Records a second of a table that keeps the same received bytes and nothing else, with one sync
// for each kInFlight of them.
double RawPerSecond(const std::string& path, const std::vector<store::NewVersion>& intakes);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_STORE_FRESH_STORE_H_
