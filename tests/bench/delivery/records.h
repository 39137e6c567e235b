#ifndef TESTS_BENCH_DELIVERY_RECORDS_H_
#define TESTS_BENCH_DELIVERY_RECORDS_H_

#include <string>
#include <vector>

namespace kgw::bench {

// Wire bytes of the clinic and of so many patients, each with the screening and the visits that a
// session of theirs names: what has to be at the far side before a session goes there.
std::vector<std::string> Surroundings(int patients);

// Wire bytes of so many large sessions, in turn of these patients.
std::vector<std::string> Sessions(int sessions, int patients);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_DELIVERY_RECORDS_H_
