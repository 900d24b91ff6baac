# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` places where: the driver with its headers, the program that runs devices, the OpenCL platform and the file by
# which OpenCL loaders find it.
include(GNUInstallDirs)
if(NOT TARGET photic_shared)
  return()
endif()

install(TARGETS photic_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT driver)
# They include each other from the repository's root: -I<prefix>/include/photic takes its place.
install(FILES drivers/api/photic.h drivers/api/photic_spu.h drivers/api/photic.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/photic/drivers/api COMPONENT driver)

# libphotic looks for it here, seen from its own folder: ../libexec/photic.
cmake_path(GET CMAKE_INSTALL_LIBDIR PARENT_PATH above_libraries)
cmake_path(APPEND above_libraries libexec photic OUTPUT_VARIABLE server_folder)
install(TARGETS photic-device RUNTIME DESTINATION ${server_folder} COMPONENT device)

if(TARGET photic_opencl)
  install(TARGETS photic_opencl LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT opencl)
  install(FILES drivers/opencl/cl_photic.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/CL COMPONENT opencl)
  # The vendor file names the library by its absolute path, so it is written when the prefix is known. Loaders read /etc alone: a prefix
  # of the system's takes it there, any other below itself, an absolute CMAKE_INSTALL_SYSCONFDIR where that says.
  install(CODE "
    cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_PREFIX NORMALIZE OUTPUT_VARIABLE prefix)
    set(settings [[${CMAKE_INSTALL_SYSCONFDIR}]])
    if(NOT IS_ABSOLUTE \"\${settings}\")
      if(prefix MATCHES [[^/usr(/local)?/?$]])
        set(settings /etc)
      else()
        cmake_path(ABSOLUTE_PATH settings BASE_DIRECTORY \"\${prefix}\" NORMALIZE)
      endif()
    endif()
    set(library [[${CMAKE_INSTALL_LIBDIR}/$<TARGET_SONAME_FILE_NAME:photic_opencl>]])
    cmake_path(ABSOLUTE_PATH library BASE_DIRECTORY \"\${prefix}\" NORMALIZE)
    file(WRITE [[${CMAKE_BINARY_DIR}/opencl/installed/photic.icd]] \"\${library}\\n\")
    file(INSTALL DESTINATION \"\${settings}/OpenCL/vendors\" TYPE FILE FILES [[${CMAKE_BINARY_DIR}/opencl/installed/photic.icd]])
  " COMPONENT opencl)
endif()
