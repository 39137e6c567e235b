# Run after each link of a plug-in: refuses a library the gateway would refuse, and writes the
# manifest beside it. -DPLUGIN= -DMANIFEST= -DOUT= -DNM= -DREADELF= [-DSANITIZE=]
cmake_minimum_required(VERSION 3.19)

function(refuse text)
  # A library that failed its checks must not lie where the next build takes it for good.
  file(REMOVE ${PLUGIN} ${OUT})
  message(FATAL_ERROR "${PLUGIN}: ${text}")
endfunction()

execute_process(COMMAND ${NM} -D --defined-only ${PLUGIN}
  OUTPUT_VARIABLE symbol_lines COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[^\n]* ([^ \n]+)\n" "\\1;" symbols "${symbol_lines}")
list(REMOVE_ITEM symbols "")
if(NOT symbols STREQUAL "kgw_entry_v1")
  refuse("exported symbols: expected kgw_entry_v1 alone, found: ${symbols}")
endif()
if(NOT symbol_lines MATCHES " [TW] kgw_entry_v1")
  refuse("exported symbols: expected kgw_entry_v1 as a function, found data")
endif()

execute_process(COMMAND ${READELF} -d ${PLUGIN}
  OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "Shared library: \\[[^]]+\\]" needed "${dynamic}")
set(allowed "^(libc|libm|libstdc\\+\\+|libgcc_s|ld-linux[-a-z0-9_]*)\\.so\\.[0-9]+$")
if(SANITIZE)
  set(allowed "${allowed}|^lib(asan|ubsan|tsan)\\.so\\.[0-9]+$")
endif()
foreach(entry IN LISTS needed)
  string(REGEX REPLACE "Shared library: \\[(.*)\\]" "\\1" library "${entry}")
  if(NOT library MATCHES "${allowed}")
    refuse("needed shared library: expected libc, libm, libstdc++ or libgcc_s, found ${library}")
  endif()
endforeach()
if(dynamic MATCHES "TEXTREL")
  refuse("relocations: expected none in read-only code, found TEXTREL")
endif()

file(READ ${MANIFEST} text)
file(SHA256 ${PLUGIN} hash)
string(JSON text SET "${text}" sha256 "\"${hash}\"")
# By rename, so that a gateway that looks meanwhile sees the old manifest or the new one.
file(WRITE ${OUT}.new "${text}\n")
file(RENAME ${OUT}.new ${OUT})
