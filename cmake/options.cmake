# How everything here is compiled. Presets (CMakePresets.json) choose among these.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug)
endif()

set(KGW_SANITIZE "" CACHE STRING "Sanitizers for our own code, e.g. address,undefined or thread")
option(KGW_PCH "Precompile Abseil and GoogleTest for the tests" ON)
option(KGW_ROOM_PCH "Precompile the standard library and Abseil for the gateway's rooms" OFF)
option(KGW_TESTS "Build the tests" ON)
option(KGW_GRPC "Build the rooms that need gRPC (off for thread sanitizer and fuzzing)" ON)
option(KGW_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(KGW_FUZZ_SECONDS 60 CACHE STRING "How long the test of each fuzz target runs")
option(KGW_BENCH "Build the benchmarks" OFF)
set(KGW_PROFILE "" CACHE STRING "write: the programs write down what they do; use: compile by what they wrote")

# Paths are stored relative to the checkout, so that every clone of the tree meets the same objects; a
# precompiled header is trusted, or nothing that uses one would be kept.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

find_program(MOLD mold)
if(MOLD AND NOT KGW_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

# Warnings are errors in our own code; KGW_WARNINGS is applied by kgw_library and its kin, so that
# generated code is left alone. g++ 12 has a false -Wrestrict on string assignment (PR105329).
set(KGW_WARNINGS -Wall -Wextra -Werror -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND KGW_WARNINGS -Wshadow=local -Wno-restrict)
  # It also sees a string that grows leave its small buffer, which it has left: with the thread
  # sanitizer, and in optimized tests.
  set(false_alarms -Wno-array-bounds -Wno-stringop-overflow)
  if(KGW_SANITIZE MATCHES "thread")
    list(APPEND KGW_WARNINGS ${false_alarms})
  elseif(NOT KGW_SANITIZE)
    set(KGW_TEST_WARNINGS ${false_alarms})
  endif()
else()
  # What gateway/base/mutex.h says of mutexes; scripts/tidy asks the same of all rooms.
  list(APPEND KGW_WARNINGS -Wshadow -Wthread-safety)
endif()

# What a profile does not tell of is compiled as without one (partial training), not for size: errors and
# rare requests need their speed too.
set(profile ${CMAKE_BINARY_DIR}/profile)
if(KGW_PROFILE STREQUAL "write")
  add_compile_options(-fprofile-generate=${profile} -fprofile-update=atomic)
  add_link_options(-fprofile-generate=${profile})
elseif(KGW_PROFILE STREQUAL "use")
  add_compile_options(-fprofile-use=${profile} -fprofile-partial-training -Wno-missing-profile)
  add_link_options(-fprofile-use=${profile} -fprofile-partial-training)
elseif(KGW_PROFILE)
  message(FATAL_ERROR "KGW_PROFILE: expected write or use, found ${KGW_PROFILE}")
endif()

if(KGW_SANITIZE)
  set(KGW_SANITIZE_FLAGS -fsanitize=${KGW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(${KGW_SANITIZE_FLAGS})
endif()
if(KGW_FUZZ)
  list(APPEND KGW_SANITIZE_FLAGS -fsanitize=fuzzer-no-link)
endif()
