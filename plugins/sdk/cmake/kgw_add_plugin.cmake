# Builds a plug-in of KAP Gateway.
#
#   kgw_add_plugin(NAME SOURCES a.cc ... [MANIFEST file] [INCLUDES dir ...] [DEPS library ...])
#
# makes <build>/plugins/NAME/NAME.so and, from MANIFEST (default: NAME.kgw.json beside the
# CMakeLists.txt), NAME.kgw.json with the library's SHA-256. DEPS are static or header-only
# libraries: whatever they bring stays hidden. After each link the library is checked: it exports
# kgw_entry_v1 and nothing else, and needs no shared library that the host does not have anyway.
#
# From outside the gateway's tree, either of:
#   find_package(kgw_sdk REQUIRED PATHS <gateway>/plugins/sdk/cmake NO_DEFAULT_PATH)
#   include(<gateway>/plugins/sdk/cmake/kgw_add_plugin.cmake)
include_guard(GLOBAL)

# Cached, since kgw_add_plugin is called from other folders.
set(KGW_SDK_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "")
get_filename_component(KGW_SDK_INCLUDE_DIR ${CMAKE_CURRENT_LIST_DIR}/../include ABSOLUTE)
find_program(KGW_NM NAMES nm llvm-nm-16 llvm-nm REQUIRED)
find_program(KGW_READELF NAMES readelf llvm-readelf-16 llvm-readelf REQUIRED)

if(NOT TARGET kgw_sdk)
  add_library(kgw_sdk INTERFACE)
  target_include_directories(kgw_sdk INTERFACE ${KGW_SDK_INCLUDE_DIR})
  target_compile_features(kgw_sdk INTERFACE cxx_std_20)
endif()

# Compile and link options that keep everything but the entry inside.
function(kgw_plugin_options target)
  target_compile_options(${target} PRIVATE -fvisibility=hidden
    $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-fno-gnu-unique>
    "$<$<COMPILE_LANGUAGE:CXX>:${KGW_WARNINGS}>" ${KGW_SANITIZE_FLAGS})
  target_link_options(${target} PRIVATE -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack
    -Wl,--exclude-libs,ALL)
  # Clang leaves the sanitizers' own symbols to the program that loads the plug-in.
  if(NOT (KGW_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang"))
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".so"
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins/${target}
    CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
endfunction()

function(kgw_add_plugin name)
  cmake_parse_arguments(ARG "" "MANIFEST" "SOURCES;INCLUDES;DEPS" ${ARGN})
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "kgw_add_plugin(${name}): SOURCES is missing")
  endif()
  if(NOT ARG_MANIFEST)
    set(ARG_MANIFEST ${name}.kgw.json)
  endif()
  get_filename_component(manifest ${ARG_MANIFEST} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} manifest_text)
  string(JSON manifest_id GET "${manifest_text}" id)
  string(JSON manifest_version GET "${manifest_text}" version)
  string(JSON manifest_abi_minor GET "${manifest_text}" abi minor)
  string(JSON manifest_file GET "${manifest_text}" file)
  if(NOT manifest_file STREQUAL "${name}.so")
    message(FATAL_ERROR "${manifest}: file: expected ${name}.so, found ${manifest_file}")
  endif()

  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE kgw_sdk ${ARG_DEPS})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${ARG_INCLUDES})
  target_compile_definitions(${name} PRIVATE KGW_MANIFEST_ID="${manifest_id}"
    KGW_MANIFEST_VERSION="${manifest_version}" KGW_MANIFEST_ABI_MINOR=${manifest_abi_minor}u)
  kgw_plugin_options(${name})
  target_link_options(${name} PRIVATE -Wl,--version-script=${KGW_SDK_CMAKE_DIR}/kgw.map)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${KGW_SDK_CMAKE_DIR}/kgw.map ${manifest}
    ${KGW_SDK_CMAKE_DIR}/kgw_check_plugin.cmake)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DPLUGIN=$<TARGET_FILE:${name}> -DMANIFEST=${manifest}
      -DOUT=${CMAKE_BINARY_DIR}/plugins/${name}/${name}.kgw.json
      -DNM=${KGW_NM} -DREADELF=${KGW_READELF} "-DSANITIZE=${KGW_SANITIZE}"
      -P ${KGW_SDK_CMAKE_DIR}/kgw_check_plugin.cmake
    VERBATIM)
endfunction()
