# What `cmake --install` lays out: the program, its modules, the library with its header and CMake package, man page and
# completions. All of it finds its parts from where it is, so that the tree may be moved.
include(CMakePackageConfigHelpers)

install(TARGETS lockstep)
install(TARGETS lockstep_shared EXPORT lockstep INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS lockstep_calls DESTINATION ${CMAKE_INSTALL_LIBDIR}/lockstep)
set(raw_modules ${modules})  # which no one loads but who measures against them
list(FILTER raw_modules INCLUDE REGEX "_raw$")
list(FILTER modules EXCLUDE REGEX "_raw$")
install(TARGETS ${modules} DESTINATION ${CMAKE_INSTALL_LIBDIR}/lockstep/modules)
install(TARGETS ${raw_modules} DESTINATION ${CMAKE_INSTALL_LIBDIR}/lockstep/modules/raw)
install(FILES cases/library/lockstep.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lockstep)
install(FILES LICENSE TYPE DOC)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
install(EXPORT lockstep NAMESPACE lockstep:: FILE lockstepConfig.cmake DESTINATION ${package})
write_basic_package_version_file(lockstepConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lockstepConfigVersion.cmake DESTINATION ${package})

# lockstep_document(FILE FOLDER argument ...): what the program prints for these arguments, so that it is never older.
function(lockstep_document file folder)
  list(JOIN ARGN " " arguments)
  install(CODE "set(folder \"\${CMAKE_INSTALL_PREFIX}/${folder}\")
    message(STATUS \"Installing: \$ENV{DESTDIR}\${folder}/${file}\")
    file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${folder}\")
    execute_process(COMMAND \"$<TARGET_FILE:lockstep>\" ${arguments}
      OUTPUT_FILE \"\$ENV{DESTDIR}\${folder}/${file}\" COMMAND_ERROR_IS_FATAL ANY)
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES \"\${folder}/${file}\")")
endfunction()
lockstep_document(lockstep.1 ${CMAKE_INSTALL_MANDIR}/man1 man-page)
lockstep_document(lockstep ${CMAKE_INSTALL_DATADIR}/bash-completion/completions completion bash)
lockstep_document(_lockstep ${CMAKE_INSTALL_DATADIR}/zsh/site-functions completion zsh)
lockstep_document(lockstep.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d completion fish)
