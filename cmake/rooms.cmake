# The few ways in which a target comes to be.
#
#   kgw_library(NAME SOURCES a.cc ... DEPS kgw_base absl::status ...)   a room, target kgw_NAME
#   kgw_binary(NAME SOURCES main.cc ... DEPS ...)                        build/<preset>/bin/NAME
#   kgw_test(NAME SOURCES a_test.cc ... DEPS ... [LABELS l ...] [TIMEOUT s])  one test binary a room
#
# Tests run from the top of the source tree, so "tests/golden/..." is a path a test can open; a test
# that starts built programs finds them through the environment: KGW_BIN_DIR and KGW_PLUGIN_DIR.
set(KGW_PLUGIN_DIR ${CMAKE_BINARY_DIR}/plugins)

function(kgw_compile_options target)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${target} PRIVATE ${KGW_WARNINGS} ${KGW_SANITIZE_FLAGS})
endfunction()

function(kgw_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(kgw_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(kgw_${name} PUBLIC ${ARG_DEPS})
  kgw_compile_options(kgw_${name})
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
  kgw_test_pch(${name})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    SKIP_REGULAR_EXPRESSION "^SKIPPED: "
    ENVIRONMENT "KGW_BIN_DIR=${CMAKE_BINARY_DIR}/bin;KGW_PLUGIN_DIR=${KGW_PLUGIN_DIR}")
endfunction()
