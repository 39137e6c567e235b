#ifndef TESTS_BENCH_STORE_INTAKES_H_
#define TESTS_BENCH_STORE_INTAKES_H_

#include <string>
#include <vector>

#include "gateway/store/store.h"

namespace kgw::bench {

struct Shape {
  std::string name;
  int resources = 0;
  size_t received = 0;  // bytes
  int records = 0;      // a round
};

// Records numbered from `first`, each with content of its own that compresses about as real ones
// do.
std::vector<store::NewVersion> MakeMany(const Shape& shape, int first, int count);

// Bytes of their bodies as the store keeps them: what was received, and all resources together.
double CompressedBytes(const std::vector<store::NewVersion>& intakes);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_STORE_INTAKES_H_
