# Plug-ins and hosts that were built with different versions of kgw.h. Of the three headers, `earlier`
# is the copy of version 0.9, `grown` the one of today with a member more in each struct that may grow, and
# `mutant` has one more in kgw_item besides, which must break every mapper.
#
# The C++ wrapper is that of today also where the header is the earlier one. When it asks for a member
# that the earlier header has not, put a copy of plugins/sdk/include/kgw beside kgw_0_9.h.
set(headers ${CMAKE_CURRENT_BINARY_DIR}/headers)
set(earlier ${headers}/earlier/kgw/kgw.h)
set(grown ${headers}/grown/kgw/kgw.h)
set(mutant ${headers}/mutant/kgw/kgw.h)
set(grow ${CMAKE_CURRENT_SOURCE_DIR}/grow.py)
add_custom_command(OUTPUT ${earlier}
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/kgw_0_9.h ${earlier}
  DEPENDS kgw_0_9.h)
add_custom_command(OUTPUT ${grown} COMMAND ${Python3_EXECUTABLE} -B ${grow} ${header} ${grown}
  DEPENDS ${header} grow.py header.py)
add_custom_command(OUTPUT ${mutant}
  COMMAND ${Python3_EXECUTABLE} -B ${grow} ${header} ${mutant} kgw_item
  DEPENDS ${header} grow.py header.py)
add_custom_target(abi_headers DEPENDS ${earlier} ${grown} ${mutant})

# `which` before the kit's own folder, and quick to build: neither is there to be debugged.
function(with_header target which)
  add_dependencies(${target} abi_headers)
  target_include_directories(${target} BEFORE PRIVATE ${headers}/${which})
  target_compile_options(${target} PRIVATE -O0 -g0)
endfunction()

# The sample plug-ins, built with that header into a folder of its name.
function(plugins_built_with which)
  set(sources plain_c.c plain_connector.c ${CMAKE_SOURCE_DIR}/tests/plugins/broken/good_mapper.cc
    ${CMAKE_SOURCE_DIR}/tests/plugins/broken/good_connector.cc)
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    set(target abi_${which}_${name})
    add_library(${target} MODULE ${source})
    target_link_libraries(${target} PRIVATE kgw_sdk)
    kgw_plugin_options(${target})
    # A member that the samples do not know of is left NULL.
    target_compile_options(${target} PRIVATE -Wno-missing-field-initializers)
    target_link_options(${target} PRIVATE
      -Wl,--version-script=${CMAKE_SOURCE_DIR}/plugins/sdk/cmake/kgw.map)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}
      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${which})
    with_header(${target} ${which})
    list(APPEND targets ${target})
  endforeach()
  add_custom_target(abi_${which}_plugins DEPENDS ${targets})
endfunction()
plugins_built_with(earlier)
plugins_built_with(grown)

# The host of today, and the same sources with the grown header.
get_target_property(sources kgw_plugin SOURCES)
list(TRANSFORM sources PREPEND ${CMAKE_SOURCE_DIR}/gateway/plugin/)
get_target_property(libraries kgw_plugin LINK_LIBRARIES)
add_library(abi_grown_room STATIC ${sources})
target_link_libraries(abi_grown_room PUBLIC ${libraries})
target_include_directories(abi_grown_room SYSTEM PRIVATE ${BOOST_DLL_INCLUDE_DIR})
get_target_property(definitions kgw_plugin COMPILE_DEFINITIONS)
if(definitions)
  target_compile_definitions(abi_grown_room PRIVATE ${definitions})
endif()
# Its own tests have the sanitizers, which double what it takes to build. The one for threads must see all.
if(KGW_SANITIZE MATCHES "thread")
  kgw_compile_options(abi_grown_room)
else()
  target_include_directories(abi_grown_room PRIVATE ${CMAKE_SOURCE_DIR})
endif()
with_header(abi_grown_room grown)

add_library(abi_server OBJECT ${CMAKE_SOURCE_DIR}/tests/gateway/plugin/local_server.cc)
target_link_libraries(abi_server PUBLIC kgw_base GTest::gtest OpenSSL::SSL)
kgw_compile_options(abi_server)

function(host_object name)
  add_library(${name} OBJECT growth_main.cc)
  target_link_libraries(${name} PRIVATE ${libraries} GTest::gtest)
  kgw_compile_options(${name})
endfunction()
host_object(abi_main)
host_object(abi_grown_main)
with_header(abi_grown_main grown)
add_library(abi_mutant_calls OBJECT ${CMAKE_SOURCE_DIR}/gateway/plugin/in_process_mapper.cc)
target_link_libraries(abi_mutant_calls PRIVATE ${libraries})
kgw_compile_options(abi_mutant_calls)
target_compile_options(abi_mutant_calls PRIVATE -Wno-missing-field-initializers)
with_header(abi_mutant_calls mutant)

add_executable(abi_host)
target_link_libraries(abi_host PRIVATE abi_main abi_server kgw_plugin)
add_dependencies(abi_host abi_grown_plugins)
add_executable(abi_grown_host)
target_link_libraries(abi_grown_host PRIVATE abi_grown_main abi_server abi_grown_room)
add_dependencies(abi_grown_host abi_earlier_plugins abi_grown_plugins)
# Its objects come before the room's own.
add_executable(abi_mutant_host)
target_link_libraries(abi_mutant_host PRIVATE abi_grown_main abi_mutant_calls abi_server abi_grown_room)
add_dependencies(abi_mutant_host abi_earlier_plugins)

set(here ${CMAKE_CURRENT_BINARY_DIR})
kgw_script_test(abi_later_plugins_test COMMAND abi_host ${here}/grown)
kgw_script_test(abi_too_late_plugins_test
  COMMAND abi_host ${here}/grown 1 "abi.minor: expected at most 0, found 1.")
kgw_script_test(abi_earlier_plugins_test COMMAND abi_grown_host ${here}/earlier)
kgw_script_test(abi_descriptor_minor_test COMMAND abi_grown_host ${here}/earlier 1
  "descriptor.abi_minor: expected 1 as in the manifest, found 0.")
# What must not pass, or the tests above would not see what they are for: a host that has the later
# members, and one whose items lie elsewhere.
kgw_script_test(abi_later_host_test COMMAND abi_grown_host ${here}/grown)
set_tests_properties(abi_later_host_test PROPERTIES
  PASS_REGULAR_EXPRESSION "plain_c: expected \"a mapper\", found \"Plug-in plain_c answered DATA_LOSS")
kgw_script_test(abi_mutant_test COMMAND abi_mutant_host ${here}/earlier)
set_tests_properties(abi_mutant_test PROPERTIES
  PASS_REGULAR_EXPRESSION "plain_c: item 2 of a batch: expected")
