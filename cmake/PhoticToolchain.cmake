# SPDX-License-Identifier: Apache-2.0
# Language level, warnings, sanitizers: one interface target, photic::options, that every target of ours links.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
find_program(PHOTIC_CCACHE ccache)
if(PHOTIC_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${PHOTIC_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PHOTIC_CCACHE})
endif()

add_library(photic_options INTERFACE)
add_library(photic::options ALIAS photic_options)
target_include_directories(photic_options INTERFACE ${CMAKE_SOURCE_DIR})
# Contraction to fused multiply-add would let the same source round differently on two machines.
target_compile_options(photic_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> -ffp-contract=off
                                                $<$<BOOL:${PHOTIC_WERROR}>:-Werror>)
if(PHOTIC_SANITIZE)
  # gcc 12 finds overlaps that are not there in instrumented string code (GCC bug 105651).
  add_compile_options(-fsanitize=${PHOTIC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  add_link_options(-fsanitize=${PHOTIC_SANITIZE})
endif()
if(PHOTIC_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(PHOTIC_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

find_package(Threads REQUIRED)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
