# The page of `sow report`: report/ is bundled by npm's packages into one file, which becomes a part of the program.
# AUTO leaves it out where that cannot be done, and `sow report` says so; ON makes that an error.
set(SOW_REPORT AUTO CACHE STRING "Build the page of sow report: AUTO, ON or OFF")
set_property(CACHE SOW_REPORT PROPERTY STRINGS AUTO ON OFF)
set(SOW_REPORT_PAGE "")
set(report_folder ${PROJECT_BINARY_DIR}/report)

# Installs what the lock file names, once for each lock file; the reason in `failure`, empty for none.
function(report_packages failure)
  find_program(SOW_NPM npm)
  find_program(SOW_NODE NAMES node nodejs)
  if(NOT SOW_NPM OR NOT SOW_NODE)
    set(${failure} "npm is missing" PARENT_SCOPE)
    return()
  endif()
  set(${failure} "" PARENT_SCOPE)
  set(lock ${PROJECT_SOURCE_DIR}/report/package-lock.json)
  set(stamp ${report_folder}/installed)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${lock})
  file(SHA256 ${lock} wanted)
  if(EXISTS ${stamp})
    file(READ ${stamp} installed)
    if(installed STREQUAL wanted)
      return()
    endif()
  endif()
  file(COPY ${lock} ${PROJECT_SOURCE_DIR}/report/package.json DESTINATION ${report_folder})
  message(STATUS "sow report: npm ci in ${report_folder}")
  # No package may run anything of its own here; esbuild needs its script only where npm cannot choose a binary. Without
  # network npm is to give up soon.
  execute_process(COMMAND ${SOW_NPM} ci --ignore-scripts --no-audit --no-fund --prefer-offline
      --fetch-retries=2 --fetch-retry-mintimeout=500 --fetch-retry-maxtimeout=2000
    WORKING_DIRECTORY ${report_folder} RESULT_VARIABLE result
    OUTPUT_FILE ${report_folder}/npm.log ERROR_FILE ${report_folder}/npm.log)
  if(result EQUAL 0)
    file(WRITE ${stamp} ${wanted})
  else()
    set(${failure} "npm ci failed (${report_folder}/npm.log)" PARENT_SCOPE)
  endif()
endfunction()

if(SOW_REPORT)
  report_packages(failure)
  if(failure STREQUAL "")
    set(SOW_REPORT_PAGE ${report_folder}/report.html)
    file(GLOB report_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/report/*)
    add_custom_command(OUTPUT ${SOW_REPORT_PAGE}
      COMMAND ${CMAKE_COMMAND} -E copy ${report_sources} ${report_folder}
      COMMAND ${SOW_NODE} bundle.mjs report.html
      WORKING_DIRECTORY ${report_folder}
      DEPENDS ${report_sources} ${report_folder}/installed
      COMMENT "Bundling the page of sow report" VERBATIM)
    set_source_files_properties(cli/report/report_page.c PROPERTIES
      COMPILE_DEFINITIONS "SOW_REPORT_PAGE=\"${SOW_REPORT_PAGE}\"" OBJECT_DEPENDS ${SOW_REPORT_PAGE})
  elseif(SOW_REPORT STREQUAL AUTO)
    message(STATUS "sow report: built without its page, since ${failure}")
  else()
    message(FATAL_ERROR "sow report: ${failure}; -DSOW_REPORT=OFF builds without its page")
  endif()
endif()
