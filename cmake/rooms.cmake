# The few ways in which a target comes to be.
#
#   kgw_library(NAME SOURCES a.cc ... DEPS kgw_base absl::status ...)   a room, target kgw_NAME
#   kgw_binary(NAME SOURCES main.cc ... DEPS ...)                        build/<preset>/bin/NAME
#   kgw_test(NAME SOURCES a_test.cc ... DEPS ... [LABELS l ...] [TIMEOUT s])  one test binary a room
#   kgw_script_test(NAME COMMAND program argument ... [LABELS l ...] [TIMEOUT s])  any program
#   kgw_bench(NAME SOURCES a.cc ... DEPS ...)  bin/NAME_bench, made with KGW_BENCH, run by scripts/bench
#   kgw_mostly_templates(a.cc ...)  files of the same list that include heavy libraries: built quicker
#   kgw_fuzz(NAME SOURCES a_fuzz.cc DEPS ...)  a libFuzzer target; seeds: corpus/NAME/ beside its list
#
# A test that lacks what it needs prints a line "SKIPPED: reason" and counts as skipped.
# Tests run from the top of the source tree, so "tests/golden/..." is a path a test can open; a test
# that starts built programs finds them through the environment: KGW_BIN_DIR and KGW_PLUGIN_DIR.
set(KGW_PLUGIN_DIR ${CMAKE_BINARY_DIR}/plugins)

function(kgw_compile_options target)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${target} PRIVATE ${KGW_WARNINGS} ${KGW_SANITIZE_FLAGS})
endfunction()

# Files that are mostly other people's templates: sanitizers at -O1 would take a compiler half a minute.
function(kgw_mostly_templates)
  if(KGW_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O0)
  endif()
endfunction()

# One precompiled header for the gateway's rooms, where builds from nothing count more than that every
# file includes what it uses: the other presets see to that.
function(kgw_room_pch target)
  if(NOT KGW_ROOM_PCH OR NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "^${CMAKE_SOURCE_DIR}/gateway/")
    return()
  endif()
  if(NOT TARGET kgw_room_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/kgw_room_pch.cc "")
    add_library(kgw_room_pch OBJECT ${CMAKE_BINARY_DIR}/kgw_room_pch.cc)
    target_link_libraries(kgw_room_pch PRIVATE absl::status absl::statusor absl::strings
      absl::str_format absl::time)
    target_precompile_headers(kgw_room_pch PRIVATE <algorithm> <array> <atomic> <charconv> <chrono>
      <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <vector>
      <absl/status/status.h> <absl/status/statusor.h> <absl/strings/ascii.h>
      <absl/strings/numbers.h> <absl/strings/str_cat.h> <absl/strings/str_format.h>
      <absl/time/time.h>)
    kgw_compile_options(kgw_room_pch)
    target_compile_options(kgw_room_pch PRIVATE -pthread)
  endif()
  target_precompile_headers(${target} REUSE_FROM kgw_room_pch)
  target_compile_options(${target} PRIVATE -pthread)
endfunction()

function(kgw_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(kgw_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(kgw_${name} PUBLIC ${ARG_DEPS})
  kgw_compile_options(kgw_${name})
  kgw_room_pch(kgw_${name})
endfunction()

function(kgw_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  kgw_compile_options(${name})
endfunction()

# One precompiled header, made once, shared by every test binary.
function(kgw_test_pch target)
  if(NOT KGW_PCH)
    return()
  endif()
  if(NOT TARGET kgw_test_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/kgw_test_pch.cc "")
    add_library(kgw_test_pch OBJECT ${CMAKE_BINARY_DIR}/kgw_test_pch.cc)
    target_link_libraries(kgw_test_pch PRIVATE GTest::gmock absl::status absl::statusor absl::strings)
    target_precompile_headers(kgw_test_pch PRIVATE <gmock/gmock.h> <gtest/gtest.h>
      <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_format.h> <string> <vector>)
    kgw_compile_options(kgw_test_pch)
    # As the programs that use it are compiled, or the compiler refuses it.
    set_target_properties(kgw_test_pch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(kgw_test_pch PRIVATE -fPIE -pthread)
  endif()
  target_precompile_headers(${target} REUSE_FROM kgw_test_pch)
endfunction()

function(kgw_test name)
  if(NOT KGW_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  kgw_compile_options(${name})
  target_compile_options(${name} PRIVATE -pthread ${KGW_TEST_WARNINGS})
  kgw_test_pch(${name})
  kgw_script_test(${name} COMMAND ${name} LABELS ${ARG_LABELS} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# Programs that scripts/setup made for the tests are found before the machine's own.
function(kgw_script_test name)
  if(NOT KGW_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "COMMAND;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set(set_up ${CMAKE_SOURCE_DIR}/.cache)
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    SKIP_REGULAR_EXPRESSION "(^|\n)SKIPPED: "
    ENVIRONMENT "KGW_BIN_DIR=${CMAKE_BINARY_DIR}/bin;KGW_PLUGIN_DIR=${KGW_PLUGIN_DIR};NODE_PATH=${set_up}/node/node_modules"
    ENVIRONMENT_MODIFICATION "PATH=path_list_prepend:${set_up}/node/node_modules/.bin;PATH=path_list_prepend:${set_up}/bin")
endfunction()

# With KGW_FUZZ: the fuzzer itself, a test of the label "fuzz" that runs for KGW_FUZZ_SECONDS.
# Otherwise: the same function over its seeds only, among the ordinary tests.
function(kgw_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(NOT KGW_FUZZ AND NOT KGW_TESTS)
    return()
  endif()
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  if(NOT KGW_FUZZ AND NOT EXISTS ${corpus})
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  kgw_compile_options(${name})
  if(KGW_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(grown ${CMAKE_BINARY_DIR}/corpus/${name})
    file(MAKE_DIRECTORY ${grown})
    set(seeds)
    if(EXISTS ${corpus})
      set(seeds ${corpus})
    endif()
    math(EXPR limit "${KGW_FUZZ_SECONDS} + 120")
    add_test(NAME ${name} COMMAND ${name} -max_total_time=${KGW_FUZZ_SECONDS} -timeout=10
      -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix=${CMAKE_BINARY_DIR}/crash-${name}-
      ${grown} ${seeds} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${limit} LABELS fuzz)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support/fuzz_main.cc)
    kgw_script_test(${name} COMMAND ${name} ${corpus})
  endif()
endfunction()

# A benchmark writes its rows to the file that --out names, or is one of Google Benchmark's.
function(kgw_bench name)
  if(KGW_BENCH)
    kgw_binary(${name}_bench ${ARGN})
  endif()
endfunction()
