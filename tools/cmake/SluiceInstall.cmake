# cmake --install, in three components: runtime (what a host runs with), dev (what it is built with), tools (sluice).
include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/sluice)
install(TARGETS sluice_shared sluice_static EXPORT sluice-targets
        LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev
        ARCHIVE COMPONENT dev)
install(DIRECTORY engine/include/sluice TYPE INCLUDE COMPONENT dev FILES_MATCHING PATTERN "*.h")
install(DIRECTORY engine/schema DESTINATION ${CMAKE_INSTALL_DATADIR}/sluice COMPONENT dev
        FILES_MATCHING PATTERN "*.fbs")
install(EXPORT sluice-targets NAMESPACE sluice:: DESTINATION ${config_dir} COMPONENT dev)

# What the static library needs of others, as pkg-config knows it.
set(SLUICE_STATIC_NEEDS libsodium libisal re2 libhwy icu-i18n icu-uc tbb flatbuffers)
list(JOIN SLUICE_STATIC_NEEDS ", " SLUICE_STATIC_NEEDS_LISTED)
file(RELATIVE_PATH SLUICE_PREFIX_FROM_PC /x/${CMAKE_INSTALL_LIBDIR}/pkgconfig /x)
configure_file(tools/cmake/sluice.pc.in sluice.pc @ONLY)
configure_package_config_file(tools/cmake/sluice-config.cmake.in sluice-config.cmake INSTALL_DESTINATION ${config_dir})
# While the major number is 0, another minor one may be another C++ interface.
write_basic_package_version_file(sluice-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sluice-config.cmake ${PROJECT_BINARY_DIR}/sluice-config-version.cmake
        DESTINATION ${config_dir} COMPONENT dev)
install(FILES ${PROJECT_BINARY_DIR}/sluice.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

if(SLUICE_DEVELOPER_MODE)
  install(TARGETS sluice RUNTIME COMPONENT tools)
  install(DIRECTORY rules/packs DESTINATION ${CMAKE_INSTALL_DATADIR}/sluice COMPONENT tools
          PATTERN "__pycache__" EXCLUDE)
endif()
