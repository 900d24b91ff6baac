# SPDX-License-Identifier: Apache-2.0
# The verbs every folder's CMakeLists.txt is written in.

# photic_add_folder(<path>): a folder is a component; a checkout may leave one out.
function(photic_add_folder path)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${path}/CMakeLists.txt)
    add_subdirectory(${CMAKE_SOURCE_DIR}/${path})
  endif()
endfunction()

# photic_add_library(<name> SOURCES ... [DEPS ...]): static library photic_<name>, alias photic::<name>.
function(photic_add_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  if(arg_SOURCES)
    add_library(photic_${name} STATIC ${arg_SOURCES})
    target_link_libraries(photic_${name} PUBLIC photic::options ${arg_DEPS})
  else()
    add_library(photic_${name} INTERFACE)
    target_link_libraries(photic_${name} INTERFACE photic::options ${arg_DEPS})
  endif()
  add_library(photic::${name} ALIAS photic_${name})
endfunction()

# photic_add_test(<tier> <name> SOURCES ... [DEPS ...] [ARGS ...]): a GoogleTest binary whose ctest label is its tier.
function(photic_add_test tier name)
  if(NOT PHOTIC_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPS" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE photic::options GTest::gtest GTest::gtest_main ${arg_DEPS})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  add_test(NAME ${tier}.${name} COMMAND test_${name})
  # A test that skips for want of data exits 0 and says so; the timeout is a fence against hangs, not an assertion.
  set_tests_properties(${tier}.${name} PROPERTIES LABELS ${tier} TIMEOUT ${arg_TIMEOUT})
  photic_build_with_tier(${tier} test_${name})
endfunction()

# photic_build_with_tier(<tier> <target>...): `photic_tests_<tier>` builds what the tests of a tier run, and nothing else.
function(photic_build_with_tier tier)
  if(NOT TARGET photic_tests_${tier})
    add_custom_target(photic_tests_${tier})
  endif()
  add_dependencies(photic_tests_${tier} ${ARGN})
endfunction()

# photic_add_script_test(<tier> <name> COMMAND ... [TIMEOUT ...] [ENVIRONMENT ...]): a script as a test.
function(photic_add_script_test tier name)
  cmake_parse_arguments(arg "" "TIMEOUT" "COMMAND;ENVIRONMENT" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  add_test(NAME ${tier}.${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${tier}.${name} PROPERTIES LABELS ${tier} TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()

# photic_add_fuzzer(<name> SOURCES ... [DEPS ...]): a libFuzzer binary fuzz_<name>; tests/fuzz/run gives each its share of time.
function(photic_add_fuzzer name)
  if(NOT PHOTIC_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(fuzz_${name} ${arg_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE photic::options ${arg_DEPS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
  photic_build_with_tier(fuzz fuzz_${name})
endfunction()

# photic_add_subfolders(<path>): <path> itself if it has a CMakeLists.txt, else every folder below it that has one.
function(photic_add_subfolders path)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${path}/CMakeLists.txt)
    add_subdirectory(${CMAKE_SOURCE_DIR}/${path})
    return()
  endif()
  file(GLOB children CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${path}/*/CMakeLists.txt ${CMAKE_SOURCE_DIR}/${path}/*/*/CMakeLists.txt)
  foreach(child IN LISTS children)
    get_filename_component(folder ${child} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()
