#include "cli/commands/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t interrupt_signal;

static void on_signal(int number) {
  interrupt_signal = number;
}

void interrupt_catch(void) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    struct sigaction action = {0};
    sigaction(numbers[i], NULL, &action);
    if (action.sa_handler == SIG_IGN)
      continue; /* nohup, or a shell's background job */
    /* No SA_RESTART: a write that blocks, as into a pipe, must return to be stopped. A second signal of the
       kind ends the process at once. */
    action = (struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESETHAND};
    sigaction(numbers[i], &action, NULL);
  }
}

void interrupt_obey(void) {
  int number = interrupt_signal;
  if (number == 0)
    return;
  signal(number, SIG_DFL);
  raise(number);
}
