#ifndef TESTS_BENCH_SUPPORT_PROGRAM_H_
#define TESTS_BENCH_SUPPORT_PROGRAM_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process/child_process.h"

namespace kgw::bench {

// Ends the program: a benchmark whose server or answers are wrong has nothing to say.
[[noreturn]] void Die(const std::string& why);

// Where this program and the servers beside it lie.
std::filesystem::path ProgramFolder();

// Starts a program and dies where it does not become ready.
std::unique_ptr<support::ChildProcess> Started(const std::vector<std::string>& command);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_SUPPORT_PROGRAM_H_
