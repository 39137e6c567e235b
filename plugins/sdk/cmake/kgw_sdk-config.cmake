# find_package(kgw_sdk): the header, the C++ wrapper, the fakes and kgw_add_plugin.
include(${CMAKE_CURRENT_LIST_DIR}/kgw_add_plugin.cmake)
