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
