# `./dev test -L quick` runs what says within seconds whether something broke: the tests of these kinds but those that
# take more than half a second of a processor, or of waiting, each of which is named here.
set(SOW_SLOW_TESTS
  test_allocation test_archive_bad test_checkpoint test_frameworks test_isa test_kernels_normal test_layers
  test_printed_bad test_qr test_recording test_recording_limits test_slices test_slices_killed test_step_blocks
  test_surroundings test_threads
  cli_bad_header cli_bad_long_line cli_example_c3d cli_example_c3d_torch cli_example_documents cli_fill_streams
  cli_init_progress cli_init_slice_openmpi cli_init_threads cli_progress_commands cli_report_many cli_stop_pipe cli_stop_pipe_alike
  cli_stop_signals)

# sow_label(TEST…): in the folder that added them
function(sow_label)
  foreach(name ${ARGN})
    if(NOT name IN_LIST SOW_SLOW_TESTS)
      set_tests_properties(${name} PROPERTIES LABELS quick)
    endif()
  endforeach()
endfunction()
