#ifndef GATEWAY_CTL_SYNTH_RANDOM_H_
#define GATEWAY_CTL_SYNTH_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace kgw::ctl {

// Numbers that are the same for a seed on every machine and with every library (splitmix64).
class SynthRandom {
 public:
  explicit SynthRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  // Both ends included.
  int Between(int low, int high) {
    return low + static_cast<int>(Next() % static_cast<uint64_t>(high - low + 1));
  }
  bool OneIn(int n) { return Between(1, n) == 1; }
  template <typename List>
  auto& Pick(const List& list) {
    return list[static_cast<size_t>(Between(0, static_cast<int>(std::size(list)) - 1))];
  }

 private:
  uint64_t state_;
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_SYNTH_RANDOM_H_
