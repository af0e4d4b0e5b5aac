# What `cmake --install` puts where: program, both libraries, headers, documents, sow.pc and the CMake package. manual/
# installs its own.
include(CMakePackageConfigHelpers)

set(SOW_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/sow)

if(TARGET sow)
  install(TARGETS sow)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/sow TYPE INCLUDE FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE TYPE DOC)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ TYPE DOC)

# Two export sets: a user of the shared library needs no development files of what sow itself links.
foreach(kind static shared)
  install(TARGETS sow_${kind} EXPORT sow_${kind})
  install(EXPORT sow_${kind} NAMESPACE sow:: FILE sow_${kind}.cmake DESTINATION ${SOW_CMAKE_DIR})
endforeach()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/sowConfig.cmake.in ${PROJECT_BINARY_DIR}/sowConfig.cmake
  INSTALL_DESTINATION ${SOW_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sowConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sowConfig.cmake ${PROJECT_BINARY_DIR}/sowConfigVersion.cmake
  DESTINATION ${SOW_CMAKE_DIR})

# sow.pc knows its prefix at install time only, so that `cmake --install --prefix` gives one that works.
set(SOW_PC_IN ${CMAKE_CURRENT_LIST_DIR}/sow.pc.in)
install(CODE "
  set(PREFIX \"\${CMAKE_INSTALL_PREFIX}\")
  get_filename_component(PREFIX \"\${PREFIX}\" ABSOLUTE)
  set(LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
  set(INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
  set(DESCRIPTION \"${PROJECT_DESCRIPTION}\")
  set(VERSION \"${PROJECT_VERSION}\")
  configure_file(\"${SOW_PC_IN}\" \"${PROJECT_BINARY_DIR}/sow.pc\" @ONLY)
")
install(FILES ${PROJECT_BINARY_DIR}/sow.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
