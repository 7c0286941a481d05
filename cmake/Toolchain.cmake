# Compiler, linker and warning settings that every room shares.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
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
