# The C library of HDF5 without MPI, by its headers and libraries: CMake's own FindHDF5 wants a C compiler for its test programs.
# Defines Hdf5Serial::Hdf5Serial, and Hdf5Serial::HighLevel on top of it.
find_path(Hdf5Serial_INCLUDE_DIR hdf5_hl.h PATH_SUFFIXES hdf5/serial)
find_library(Hdf5Serial_LIBRARY NAMES hdf5_serial hdf5 PATH_SUFFIXES hdf5/serial)
find_library(Hdf5Serial_HL_LIBRARY NAMES hdf5_serial_hl hdf5_hl PATH_SUFFIXES hdf5/serial)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Hdf5Serial
  REQUIRED_VARS Hdf5Serial_LIBRARY Hdf5Serial_HL_LIBRARY Hdf5Serial_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install the package libhdf5-dev")
if(Hdf5Serial_FOUND AND NOT TARGET Hdf5Serial::Hdf5Serial)
  add_library(Hdf5Serial::Hdf5Serial UNKNOWN IMPORTED)
  set_target_properties(Hdf5Serial::Hdf5Serial PROPERTIES
    IMPORTED_LOCATION ${Hdf5Serial_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Hdf5Serial_INCLUDE_DIR})
  add_library(Hdf5Serial::HighLevel UNKNOWN IMPORTED)
  set_target_properties(Hdf5Serial::HighLevel PROPERTIES
    IMPORTED_LOCATION ${Hdf5Serial_HL_LIBRARY} INTERFACE_LINK_LIBRARIES Hdf5Serial::Hdf5Serial)
endif()
