# `./dev test -L quick` runs what says within seconds whether something broke: the tests of these kinds but those that
# take half a second or more, each of which is named here.
set(SOW_SLOW_TESTS
  test_accuracy test_allocation test_allocation_files test_archive_bad test_base test_blocks test_checkpoint
  test_elementwise test_examine test_isa test_jump test_keep test_kernels test_kernels_normal test_laws test_layers
  test_memory test_module test_plan test_printed_bad test_qr test_recording test_recording_limits test_shards test_sink
  test_slices test_slices_killed test_step_blocks test_surroundings test_threads test_trunc_hopeless
  cli_bad_deep cli_bad_header cli_bad_long_line cli_example_c3d cli_example_c3d_torch cli_init_progress
  cli_init_slices cli_init_threads cli_manual_bash cli_manual_examples cli_manual_options cli_manual_zsh
  cli_progress_commands cli_report_curves cli_report_data cli_stop_pipe cli_stop_pipe_alike cli_stop_signals)

# sow_label(TEST…): in the folder that added them
function(sow_label)
  foreach(name ${ARGN})
    if(NOT name IN_LIST SOW_SLOW_TESTS)
      set_tests_properties(${name} PROPERTIES LABELS quick)
    endif()
  endforeach()
endfunction()
