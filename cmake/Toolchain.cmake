# Compiler, linker and warning settings that every room shares.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

# Tests are compiled far more often than their code runs.
set(THROUGHLINE_TEST_OPTIONS -O0)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  # Lets ccache see through precompiled headers.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Empty, or a list for -fsanitize=, for example "address,undefined" or "thread".
set(THROUGHLINE_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(THROUGHLINE_SANITIZE)
  add_compile_options(-fsanitize=${THROUGHLINE_SANITIZE} -fno-omit-frame-pointer)
  if(THROUGHLINE_SANITIZE MATCHES "undefined")
    # The packaged libraries carry no type information for vptr checks.
    add_compile_options(-fno-sanitize=vptr -fno-sanitize-recover=undefined)
  endif()
  add_link_options(-fsanitize=${THROUGHLINE_SANITIZE})
endif()

add_library(throughline_warnings INTERFACE)
target_compile_options(throughline_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wconversion -Wsign-conversion -Wswitch -Werror)
# GCC 12 sees writes beyond moved-from std::strings that do not happen (its bug 105329 and kin).
target_compile_options(throughline_warnings INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow>)
