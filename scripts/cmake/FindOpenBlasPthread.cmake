# The pthread flavour of OpenBLAS by its own path, whatever the system's alternatives point to: with Debian's serial
# flavour two threads that call it at once get wrong results, and with the OpenMP one each opens a team of its own.
# Defines OpenBlasPthread::OpenBlasPthread.
find_path(OpenBlasPthread_INCLUDE_DIR cblas.h
  PATHS /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} PATH_SUFFIXES openblas-pthread NO_DEFAULT_PATH)
find_library(OpenBlasPthread_LIBRARY openblas
  PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE} PATH_SUFFIXES openblas-pthread NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenBlasPthread
  REQUIRED_VARS OpenBlasPthread_LIBRARY OpenBlasPthread_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install the package libopenblas-pthread-dev")
if(OpenBlasPthread_FOUND AND NOT TARGET OpenBlasPthread::OpenBlasPthread)
  add_library(OpenBlasPthread::OpenBlasPthread SHARED IMPORTED)
  set_target_properties(OpenBlasPthread::OpenBlasPthread PROPERTIES
    IMPORTED_LOCATION ${OpenBlasPthread_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${OpenBlasPthread_INCLUDE_DIR})
endif()
